using System.CommandLine;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Cli.Console;
using Mlflow.Deployments.Cli.Output;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>Says whether the server is well.</summary>
internal static class HealthCommand
{
    public static Command Create(Terminal terminal)
    {
        var output = CommonOptions.Output(OutputFormat.Text);
        var command = new Command("health", $"Says whether the server is well; ends with {ExitCodes.Unhealthy} if not.") { output };
        HelpWithExamples.Add(command, "health", "health --target http://localhost:5000 --output json", "health && echo ready");
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetValue(output) ?? OutputFormat.Text, terminal, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, OutputFormat format, Terminal terminal, CancellationToken cancellationToken)
    {
        using var client = CommonOptions.Connect(parsed);
        var health = await client.GetHealthAsync(cancellationToken);
        var word = health.IsHealthy ? "healthy" : "unhealthy";
        var status = (int?)health.StatusCode;
        switch (format)
        {
            case OutputFormat.Json:
                await terminal.Out.WriteLineAsync(JsonLine.Of(new JsonObject
                {
                    ["healthy"] = health.IsHealthy,
                    ["status"] = health.Status,
                    ["status_code"] = status,
                    ["error"] = health.Error,
                }));
                break;
            case OutputFormat.Table:
                Tables.Write(terminal, ["health", "status", "code"], [[word, health.Status ?? "-", status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"]]);
                break;
            default:
                await terminal.Out.WriteLineAsync(health.Status is { } said ? $"{word}\t{said}" : word);
                break;
        }

        return health.IsHealthy ? ExitCodes.Ok : throw new CommandException(health.Error ?? "The server says that it is not well.", ExitCodes.Unhealthy);
    }
}
