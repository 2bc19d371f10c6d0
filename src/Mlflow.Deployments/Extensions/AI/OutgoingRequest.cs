using Microsoft.Extensions.AI;
using Wire = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>Makes our request of messages and options. What cannot be sent is refused; nothing is left out silently.</summary>
internal static class OutgoingRequest
{
    private static readonly Wire.ChatRequest Empty = new() { Messages = [] };

    public static Wire.ChatRequest Of(IChatClient client, string endpoint, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (options is null)
        {
            return Empty with { Messages = OutgoingMessages.Of([], messages) };
        }

        EndpointService.RefuseModel(options.ModelId, endpoint, nameof(options));
        Refuse(options, endpoint);
        var given = EndpointService.Given<Wire.ChatRequest>(options.RawRepresentationFactory?.Invoke(client), nameof(options)) ?? Empty;
        var tools = OutgoingTools.Of(given.Tools, options.Tools);

        // What the factory set wins: it is the more precise word. The request itself is the caller's and stays as it is.
        return given with
        {
            Messages = OutgoingMessages.Of(Leading(options.Instructions, given.Messages), messages),
            Temperature = given.Temperature ?? AIJson.Widen(options.Temperature),
            MaxTokens = given.MaxTokens ?? (given.MaxCompletionTokens is null ? options.MaxOutputTokens : null),
            TopP = given.TopP ?? AIJson.Widen(options.TopP),
            TopK = given.TopK ?? options.TopK,
            Stop = given.Stop ?? (options.StopSequences is { Count: > 0 } stop ? [.. stop] : null),
            PresencePenalty = given.PresencePenalty ?? AIJson.Widen(options.PresencePenalty),
            FrequencyPenalty = given.FrequencyPenalty ?? AIJson.Widen(options.FrequencyPenalty),
            Tools = tools,
            ToolChoice = given.ToolChoice ?? OutgoingTools.ChoiceOf(options.ToolMode, hasTools: tools is not null),
            ResponseFormat = given.ResponseFormat ?? FormatOf(options.ResponseFormat, Fields.StrictOf(options.AdditionalProperties)),
            Extra = Fields.OfRequest(
                given.Extra,
                options.AdditionalProperties,
                ("seed", options.Seed),
                ("parallel_tool_calls", tools is null ? null : options.AllowMultipleToolCalls),
                ("reasoning_effort", EffortOf(options.Reasoning?.Effort))),
        };
    }

    private static IReadOnlyList<Wire.ChatMessage> Leading(string? instructions, IReadOnlyList<Wire.ChatMessage>? given) =>
        string.IsNullOrEmpty(instructions) ? given ?? [] : [Wire.ChatMessage.System(instructions), .. given ?? []];

    private static void Refuse(ChatOptions options, string endpoint)
    {
        if (!string.IsNullOrEmpty(options.ConversationId))
        {
            throw Refusal.OfOptions($"ConversationId is '{options.ConversationId}', but endpoint '{endpoint}' keeps no conversations. Leave it out, and send the whole conversation as messages.");
        }

        if (options.Reasoning?.Output is { } output)
        {
            throw Refusal.OfOptions(
                $"Reasoning.Output is {output}, for which chat endpoints have no field. Leave it out: reasoning that the model shows comes as TextReasoningContent. A vendor's own field goes into AdditionalProperties.");
        }
    }

    private static string? EffortOf(ReasoningEffort? effort) => effort switch
    {
        null => null,
        ReasoningEffort.None => "none",
        ReasoningEffort.Low => "low",
        ReasoningEffort.Medium => "medium",
        ReasoningEffort.High => "high",
        ReasoningEffort.ExtraHigh => "xhigh",
        _ => throw Refusal.OfOptions($"Reasoning.Effort is {effort}, which this version does not know. Set AdditionalProperties[\"reasoning_effort\"] instead."),
    };

    private static Wire.ResponseFormat? FormatOf(ChatResponseFormat? format, bool? strict) => format switch
    {
        null => null,
        ChatResponseFormatText => Wire.ResponseFormat.Text,
        ChatResponseFormatJson { Schema: null } => Wire.ResponseFormat.JsonObject,
        ChatResponseFormatJson json => new()
        {
            Type = "json_schema",
            JsonSchema = new()
            {
                Name = json.SchemaName ?? "json_schema",
                Schema = StrictSchema.Of(json.Schema.Value, strict),
                Strict = strict,
                Extra = json.SchemaDescription is null ? null : Fields.Outgoing([new("description", json.SchemaDescription)], "options"),
            },
        },
        _ => throw Refusal.OfOptions($"ResponseFormat is a {format.GetType().Name}; chat endpoints know text, JSON and JSON by a schema."),
    };
}
