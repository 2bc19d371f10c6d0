using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>A chat or a completion in Gemini's form. What it does not know is dropped.</summary>
internal static class GeminiRequest
{
    /// <summary>Our name of a parameter, and Gemini's.</summary>
    private static readonly (string Name, string OwnName)[] Parameters =
    [
        ("temperature", "temperature"),
        ("stop", "stopSequences"),
        ("n", "candidateCount"),
        ("max_tokens", "maxOutputTokens"),
        ("top_k", "topK"),
        ("top_p", "topP"),
        ("frequency_penalty", "frequencyPenalty"),
        ("presence_penalty", "presencePenalty"),
    ];

    public static void Write(ProviderCall call, string displayName, Utf8JsonWriter writer)
    {
        var fields = RequestFields.Of(call);
        foreach ((string name, string ownName) in Parameters)
        {
            if (name != ownName)
            {
                fields.Refuse(ownName, name);
            }
        }

        if (call.Operation == Operation.Chat)
        {
            ChatRequest request = call.ReadChat();
            GeminiContents.Write(request.Messages, writer);
            WriteTools(request.Tools, displayName, writer);
        }
        else
        {
            GeminiContents.Write(Messages(call.ReadCompletion()), writer);
        }

        writer.WriteStartObject("generationConfig"u8);
        foreach ((string name, string ownName) in Parameters)
        {
            if (!fields.Rename(writer, name, ownName) && name == "max_tokens")
            {
                fields.Rename(writer, "max_completion_tokens", ownName);
            }
        }

        WriteFormat(fields, writer);
        writer.WriteEndObject();
    }

    /// <summary>A completion is a chat of one message, with an optional text for the system.</summary>
    private static IReadOnlyList<ChatMessage> Messages(CompletionRequest request)
    {
        ChatMessage prompt = ChatMessage.User(request.Prompt);
        if (request.Extra is null || !request.Extra.TryGetValue("system_prompt", out JsonElement system))
        {
            return [prompt];
        }

        return system.ValueKind == JsonValueKind.String
            ? [ChatMessage.System(system.GetString()!), prompt]
            : throw new ProviderException(FailureKind.RequestRefused, "system_prompt must be a text.");
    }

    private static void WriteTools(IReadOnlyList<ChatTool>? tools, string displayName, Utf8JsonWriter writer)
    {
        if (tools is not { Count: > 0 })
        {
            return;
        }

        writer.WriteStartArray("tools"u8);
        writer.WriteStartObject();
        writer.WriteStartArray("functionDeclarations"u8);
        foreach (ChatTool tool in tools)
        {
            FunctionDefinition function = ChatTools.Function(tool, displayName);
            writer.WriteStartObject();
            writer.WriteString("name"u8, function.Name);
            ChatTools.WriteDescription(function, "parametersJsonSchema", writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteFormat(RequestFields fields, Utf8JsonWriter writer)
    {
        if (fields.Take("response_format") is { } value
            && JsonSerializer.Deserialize(value.Span, DeployJson.Default.ResponseFormat) is { Type: "json_schema", JsonSchema.Schema: { } schema })
        {
            writer.WritePropertyName("responseJsonSchema"u8);
            schema.WriteTo(writer);
            writer.WriteString("responseMimeType"u8, "application/json"u8);
        }
    }
}
