using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>The option <c>--param NAME=VALUE</c>.</summary>
internal static class ParameterOption
{
    public static Option<string[]> Create(string what) => new("--param", "-p")
    {
        Description = $"{what}; the value is JSON, else a text. Repeatable; of a name that is there twice the last value counts.",
        HelpName = "NAME=VALUE",
    };

    /// <summary>Gets the parameters by name, in the order in which their names come up first.</summary>
    /// <exception cref="CommandException">One is not NAME=VALUE.</exception>
    public static IReadOnlyDictionary<string, JsonNode?> Read(ParseResult parsed, Option<string[]> option)
    {
        var parameters = new OrderedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (name, value) in (parsed.GetValue(option) ?? []).Select(Split))
        {
            parameters[name] = value;
        }

        return parameters;
    }

    /// <summary>Gets the parameters as the typed requests take them, null when there are none.</summary>
    public static Dictionary<string, JsonElement>? AsExtra(IReadOnlyDictionary<string, JsonNode?> parameters) => parameters.Count == 0 ? null
        : parameters.ToDictionary(pair => pair.Key, pair => JsonDocument.Parse(pair.Value?.ToJsonString() ?? "null").RootElement, StringComparer.Ordinal);

    // The value is JSON where it can be read as such, else a text.
    private static (string Name, JsonNode? Value) Split(string parameter)
    {
        var at = parameter.IndexOf('=', StringComparison.Ordinal);
        if (at < 1)
        {
            throw CommandException.Usage($"--param is '{parameter}', but must be NAME=VALUE, for example temperature=0.2.");
        }

        try
        {
            return (parameter[..at], JsonNode.Parse(parameter[(at + 1)..]));
        }
        catch (JsonException)
        {
            return (parameter[..at], JsonValue.Create(parameter[(at + 1)..]));
        }
    }
}
