using System.CommandLine;
using System.CommandLine.Parsing;
using Mlflow.Deployments.Cli.Output;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>Options of several commands, and the client that they describe.</summary>
internal static class CommonOptions
{
    private const string TargetVariable = "MLFLOW_DEPLOYMENTS_TARGET";

    /// <summary>Gets the option that every command has.</summary>
    public static Option<string?> Target { get; } = new("--target", "-t")
    {
        Description = $"Where the server is: http(s)://host[:port], databricks, databricks://PROFILE or openai. Default: the environment variable {TargetVariable}.",
        HelpName = "URL",
        Recursive = true,
    };

    public static Option<string> Endpoint() => new("--endpoint", "-e") { Description = "The endpoint to ask.", HelpName = "NAME", Required = true };

    public static Option<OutputFormat?> Output(OutputFormat usual)
    {
        var option = new Option<OutputFormat?>("--output", "-o")
        {
            Description = $"text (plain), table (for people) or json (for programs). Default: {(usual == OutputFormat.Table ? "table" : "text")}.",
            HelpName = "text|table|json",
            CustomParser = Parse,
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add("text", "table", "json");
        return option;
    }

    private static OutputFormat? Parse(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case "text":
                return OutputFormat.Text;
            case "table":
                return OutputFormat.Table;
            case "json":
                return OutputFormat.Json;
            default:
                result.AddError($"--output is '{result.Tokens[0].Value}', but must be text, table or json.");
                return null;
        }
    }

    /// <summary>Makes the client, with the credentials of the environment.</summary>
    /// <exception cref="CommandException">There is no target, or it cannot be used.</exception>
    public static DeployClient Connect(ParseResult parsed, Action<DeployClientOptions>? configure = null)
    {
        var target = parsed.GetValue(Target);
        if (target is null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(TargetVariable)))
        {
            throw CommandException.Usage($"There is no target: give --target URL, for example --target http://localhost:5000, or set {TargetVariable}.");
        }

        try
        {
            var options = new DeployClientOptions { Target = target };
            configure?.Invoke(options);
            return DeployClient.FromEnvironment(options);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw CommandException.Usage(Failure.MessageOf(e));
        }
    }
}
