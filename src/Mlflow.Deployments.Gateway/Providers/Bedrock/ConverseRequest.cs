using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock;

/// <summary>A chat as Converse takes it. What it has no place for (<c>n</c>, <c>response_format</c>, unknown parameters) is left out.</summary>
internal static class ConverseRequest
{
    public static void Write(ChatRequest request, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("messages"u8);
        ConverseMessages.Write(request.Messages.Where(x => x.Role != ChatRole.System), writer);
        writer.WriteEndArray();
        WriteSystem(request.Messages, writer);
        WriteInference(request, writer);
        WriteTools(request, writer);
    }

    private static void WriteSystem(IEnumerable<ChatMessage> messages, Utf8JsonWriter writer)
    {
        bool isStarted = false;
        foreach (ChatMessage message in messages.Where(x => x.Role == ChatRole.System))
        {
            if (!isStarted)
            {
                writer.WriteStartArray("system"u8);
                isStarted = true;
            }

            writer.WriteStartObject();
            writer.WriteString("text"u8, message.PlainText());
            writer.WriteEndObject();
        }

        if (isStarted)
        {
            writer.WriteEndArray();
        }
    }

    private static void WriteInference(ChatRequest request, Utf8JsonWriter writer)
    {
        int? maxTokens = request.MaxTokens ?? request.MaxCompletionTokens;
        if (request is { Temperature: null, TopP: null, Stop: null } && maxTokens is null)
        {
            return;
        }

        writer.WriteStartObject("inferenceConfig"u8);
        WriteNumber("temperature", request.Temperature);
        WriteNumber("topP", request.TopP);
        WriteNumber("maxTokens", maxTokens);
        if (request.Stop is { } stop)
        {
            writer.WriteStartArray("stopSequences"u8);
            foreach (string one in stop)
            {
                writer.WriteStringValue(one);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();

        void WriteNumber(string name, double? value)
        {
            if (value is { } number)
            {
                writer.WriteNumber(name, number);
            }
        }
    }

    private static void WriteTools(ChatRequest request, Utf8JsonWriter writer)
    {
        if (request.Tools is not { Count: > 0 } tools)
        {
            return;
        }

        writer.WriteStartObject("toolConfig"u8);
        writer.WriteStartArray("tools"u8);
        foreach (ChatTool tool in tools)
        {
            FunctionDefinition function = ChatTools.Function(tool, "Amazon Bedrock");
            writer.WriteStartObject();
            writer.WriteStartObject("toolSpec"u8);
            writer.WriteString("name"u8, function.Name);
            if (function.Description is { } description)
            {
                writer.WriteString("description"u8, description);
            }

            writer.WriteStartObject("inputSchema"u8);
            writer.WritePropertyName("json"u8);
            if (function.Parameters is { } parameters)
            {
                // As a whole, however deep; MLflow cuts it.
                parameters.WriteTo(writer);
            }
            else
            {
                writer.WriteRawValue("""{"type":"object","properties":{}}"""u8);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
