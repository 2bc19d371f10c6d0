using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Http.Validation;

/// <summary>The requests that the gateway takes. Unknown fields at the top pass on to the provider, for vendor extensions.</summary>
internal static class RequestSchemas
{
    private static readonly Rule ContentPart = Rule.Open(
        new FieldRule("type", Rule.Word("text", "image_url", "input_audio"), isRequired: true),
        new FieldRule("text", Rule.Text),
        new FieldRule("image_url", Rule.Open(
            new FieldRule("url", Rule.Text, isRequired: true), new FieldRule("detail", Rule.Word("auto", "low", "high")))),
        new FieldRule("input_audio", Rule.Open(
            new FieldRule("data", Rule.Text, isRequired: true), new FieldRule("format", Rule.Text, isRequired: true)))) with
    {
        Tag = "type",
    };

    private static readonly Rule ToolCall = Rule.Open(
        new FieldRule("id", Rule.Text),
        new FieldRule("type", Rule.Text),
        new FieldRule("function", Rule.Open(new FieldRule("name", Rule.Text), new FieldRule("arguments", Rule.Text)), isRequired: true));

    private static readonly Rule Message = Rule.Object(
        new FieldRule("role", Rule.Text, isRequired: true),
        new FieldRule("content", Rule.TextOrList(ContentPart)),
        new FieldRule("tool_calls", Rule.List(ToolCall)),
        new FieldRule("refusal", Rule.Text),
        new FieldRule("tool_call_id", Rule.Text));

    private static readonly Rule Tool = Rule.Open(
        new FieldRule("type", Rule.Word("function", "uc_function"), isRequired: true),
        new FieldRule("function", Rule.Object(
            new FieldRule("name", Rule.Text, isRequired: true),
            new FieldRule("description", Rule.Text),
            new FieldRule("parameters", Rule.Open()),
            new FieldRule("strict", Rule.Boolean))));

    private static readonly FieldRule Model = new("model", Rule.Text, role: FieldRole.Model);

    // Of any type: it is the provider's to judge.
    private static readonly FieldRule User = new("user", Rule.Any, role: FieldRole.User);

    private static readonly FieldRule[] Common =
    [
        Model,
        new("n", Rule.Integer(minimum: 1), role: FieldRole.ChoiceCount),
        new("stream", Rule.Boolean, role: FieldRole.Stream),
        new("stream_options", Rule.Open(), role: FieldRole.StreamOptions),
        new("stop", Rule.List(Rule.Text, minimumCount: 1)),
        new("max_tokens", Rule.Integer(minimum: 1)),
        new("max_completion_tokens", Rule.Integer(minimum: 1)),
        new("temperature", Rule.Number(0, 2)),
        new("top_p", Rule.Number(0, 1)),
        new("top_k", Rule.Integer(minimum: 1)),
        new("presence_penalty", Rule.Number(-2, 2)),
        new("frequency_penalty", Rule.Number(-2, 2)),
        new("response_format", Rule.Open(
            new FieldRule("type", Rule.Word("text", "json_object", "json_schema"), isRequired: true),
            new FieldRule("json_schema", Rule.Open()))),
        User,
    ];

    private static readonly Rule Chat = Rule.Open(
    [
        new FieldRule("messages", Rule.List(Message, minimumCount: 1), isRequired: true),
        .. Common,
        new FieldRule("tools", Rule.List(Tool)),
        new FieldRule("tool_choice", Rule.WordOrObject(
            ["none", "auto", "required"],
            new FieldRule("type", Rule.Word("function")),
            new FieldRule("function", Rule.Open(new FieldRule("name", Rule.Text, isRequired: true)), isRequired: true))),
    ]);

    private static readonly Rule Completions = Rule.Open([new FieldRule("prompt", Rule.Text, isRequired: true), .. Common]);

    private static readonly Rule Embeddings = Rule.Open([new FieldRule("input", Rule.EmbeddingInput, isRequired: true), Model, User]);

    public static Rule For(Operation operation) => operation switch
    {
        Operation.Chat => Chat,
        Operation.Completions => Completions,
        _ => Embeddings,
    };
}
