using System.Text.Json;
using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Gateway.Providers.Translation;

/// <summary>What translations of tools have in common.</summary>
internal static class ChatTools
{
    /// <summary>The function of a tool.</summary>
    /// <exception cref="ProviderException">The tool is something else, which only few providers know.</exception>
    public static FunctionDefinition Function(ChatTool tool, string displayName) =>
        tool is { Type: "function", Function: { } function }
            ? function
            : throw new ProviderException(
                FailureKind.RequestRefused, $"Only tools of the type 'function' can be used with {displayName} models. Received type: '{tool.Type}'.");

    /// <summary>Writes what a function does and takes. The schema stays whole, however deep; MLflow cuts it.</summary>
    public static void WriteDescription(FunctionDefinition function, string schemaName, Utf8JsonWriter writer)
    {
        if (function.Description is { } description)
        {
            writer.WriteString("description"u8, description);
        }

        if (function.Parameters is { } parameters)
        {
            writer.WritePropertyName(schemaName);
            parameters.WriteTo(writer);
        }
    }

    /// <summary>Writes the arguments of a call, which are JSON in a text, as JSON. No arguments are an empty object.</summary>
    /// <exception cref="ProviderException">They are not JSON.</exception>
    public static void WriteArguments(ToolCall call, Utf8JsonWriter writer)
    {
        if (string.IsNullOrWhiteSpace(call.Function?.Arguments))
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
            return;
        }

        try
        {
            using JsonDocument arguments = JsonDocument.Parse(call.Function.Arguments, Json.JsonText.DocumentOptions);
            arguments.RootElement.WriteTo(writer);
        }
        catch (JsonException e)
        {
            throw new ProviderException(FailureKind.RequestRefused, $"The arguments of the tool call '{call.Id}' are not JSON.", e);
        }
    }
}
