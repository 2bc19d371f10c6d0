using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.Anthropic;

/// <summary>A chat in the form of Anthropic's messages.</summary>
internal static class AnthropicChatRequest
{
    public static void Write(ProviderCall call, Utf8JsonWriter writer)
    {
        ChatRequest request = call.ReadChat();
        var fields = RequestFields.Of(call);
        if (request is { Temperature: not null, TopP: not null })
        {
            throw AnthropicLimits.Refuse("Cannot set both 'temperature' and 'top_p' parameters. Please use only one of them.");
        }

        AnthropicLimits.Write(fields, request.N, request.MaxTokens ?? request.MaxCompletionTokens, "max_tokens", writer);
        WriteSystem(request, fields, writer);
        writer.WriteStartArray("messages"u8);
        foreach (ChatMessage message in request.Messages)
        {
            AnthropicMessages.Write(message, writer);
        }

        writer.WriteEndArray();
        WriteTools(request.Tools, writer);
        WriteToolChoice(request.ToolChoice, writer);
        WriteFormat(request.ResponseFormat, fields, writer);
        fields.Drop("messages", "max_completion_tokens", "tools", "tool_choice", "response_format");
        fields.CopyRest(writer);
    }

    private static void WriteSystem(ChatRequest request, RequestFields fields, Utf8JsonWriter writer)
    {
        string[] texts = [.. request.Messages.Where(x => x.Role == ChatRole.System).Select(x => x.Content ?? "")];
        if (texts.Length > 0)
        {
            writer.WriteString("system"u8, string.Join('\n', texts));
            fields.Drop("system");
        }
    }

    private static void WriteTools(IReadOnlyList<ChatTool>? tools, Utf8JsonWriter writer)
    {
        if (tools is not { Count: > 0 })
        {
            return;
        }

        writer.WriteStartArray("tools"u8);
        foreach (ChatTool tool in tools)
        {
            FunctionDefinition function = ChatTools.Function(tool, AnthropicTranslator.DisplayName);
            writer.WriteStartObject();
            writer.WriteString("name"u8, function.Name);
            ChatTools.WriteDescription(function, "input_schema", writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteToolChoice(ToolChoice? choice, Utf8JsonWriter writer)
    {
        if (choice is null)
        {
            return;
        }

        writer.WriteStartObject("tool_choice"u8);
        writer.WriteString("type"u8, choice.FunctionName is not null ? "tool" : choice.Mode == "required" ? "any" : choice.Mode);
        if (choice.FunctionName is { } name)
        {
            writer.WriteString("name"u8, name);
        }

        writer.WriteEndObject();
    }

    private static void WriteFormat(ResponseFormat? format, RequestFields fields, Utf8JsonWriter writer)
    {
        if (format is not { Type: "json_schema", JsonSchema.Schema: { } schema } || !AnthropicSchema.IsClosed(schema))
        {
            return;
        }

        fields.Drop("output_config");
        writer.WriteStartObject("output_config"u8);
        writer.WriteStartObject("format"u8);
        writer.WriteString("type"u8, "json_schema"u8);
        writer.WritePropertyName("schema"u8);
        AnthropicSchema.Write(schema, writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
