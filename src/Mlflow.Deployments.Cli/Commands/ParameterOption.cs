using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>Reads <c>--param NAME=VALUE</c>.</summary>
internal static class ParameterOption
{
    /// <summary>Splits it; the value is JSON where it can be read as such, else a text.</summary>
    public static (string Name, JsonNode? Value) Split(string parameter)
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
