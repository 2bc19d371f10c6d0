using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>
/// The documented fields of each answer, for providers that speak (nearly) MLflow's format. Their extras (fingerprints, log probabilities) are left out;
/// the documented fields are there, null if need be.
/// </summary>
internal static class WireShapes
{
    /// <summary>Where models that think aloud put their thoughts. MLflow loses them.</summary>
    public const string Reasoning = "reasoning_content";

    /// <summary>Where a call carries what its model wants back with the next turn.</summary>
    public const string ToolCallExtra = "extra_content";

    /// <summary>What Anthropic took to write its cache, beside the figures that all have.</summary>
    public const string CacheWrites = "cache_creation_input_tokens";

    private static readonly Shape Function = new(ShapeField.Text("name"), ShapeField.Text("arguments"));

    private static readonly Shape ToolCall = new(
        ShapeField.Text("id"),
        ShapeField.Text("type"),
        ShapeField.Object("function", Function, ShapeMissing.Null));

    private static readonly Shape ToolCallDelta = new(
        ShapeField.NumberOrPosition("index"),
        ShapeField.Text("id"),
        ShapeField.Text("type"),
        ShapeField.Object("function", Function, ShapeMissing.Null));

    /// <summary>The three figures alone.</summary>
    public static readonly Shape Figures = new(
        ShapeField.Number("prompt_tokens"), ShapeField.Number("completion_tokens"), ShapeField.Number("total_tokens"));

    private static readonly Shape Usage = Figures.With(ShapeField.AnyIfPresent("prompt_tokens_details"));

    private static readonly Shape CacheUsage = Usage.With(ShapeField.AnyIfPresent(CacheWrites));

    private static readonly Shape EmbeddingUsage = new(ShapeField.Number("prompt_tokens"), ShapeField.Number("total_tokens"));

    public static readonly Shape Message = new(
        ShapeField.Text("role"),
        ShapeField.Any("content"),
        ShapeField.List("tool_calls", ToolCall, ShapeMissing.Null),
        ShapeField.Text("refusal"),
        ShapeField.AnyIfPresent(Reasoning));

    private static readonly Shape Delta = new(
        ShapeField.Text("role"),
        ShapeField.Any("content").AsStreamed(),
        ShapeField.List("tool_calls", ToolCallDelta, ShapeMissing.Null),
        ShapeField.AnyIfPresent("refusal"));

    private static readonly Shape TypedMessage = Message.With(
        ShapeField.List("tool_calls", ToolCall.With(ShapeField.AnyIfPresent(ToolCallExtra)), ShapeMissing.Null));

    // Recorded streams of OpenAI's form come without thoughts; those of other formats were never recorded with any.
    private static readonly Shape TypedDelta = Delta.With(
        ShapeField.List("tool_calls", ToolCallDelta.With(ShapeField.AnyIfPresent(ToolCallExtra)), ShapeMissing.Null), ShapeField.AnyIfPresent(Reasoning));

    public static readonly Shape ChatChoice = new(
        ShapeField.Position("index"), ShapeField.Object("message", Message, ShapeMissing.Fail), ShapeField.Text("finish_reason"));

    private static readonly Shape ChatChunkChoice = new(
        ShapeField.NumberOrPosition("index"), ShapeField.Text("finish_reason"), ShapeField.Object("delta", Delta, ShapeMissing.Empty))
    {
        IsStreamChoice = true,
    };


    // Some servers answer completions in the form of a chat; the text is read from either place.
    public static readonly Shape CompletionChoice = new(ShapeField.TextOr("text", ""), ShapeField.Position("index"), ShapeField.Text("finish_reason"))
    {
        Alias = new ShapeAlias("message", "content", field: 0),
    };

    private static readonly Shape CompletionChunkChoice = new(
        ShapeField.Text("text").AsStreamed(), ShapeField.NumberOrPosition("index"), ShapeField.Text("finish_reason"))
    {
        IsStreamChoice = true,
        Alias = new ShapeAlias("delta", "content", field: 0),
    };

    // Vectors keep the index that came with them: numbered anew by position, vectors that come out of order would be swapped.
    private static readonly Shape Embedding = new(
        ShapeField.Constant("object", "embedding"), ShapeField.Vector("embedding"), ShapeField.NumberOrPosition("index"));

    public static Shape Chat { get; } = new(
        ShapeField.Text("id"),
        ShapeField.TextOr("object", "chat.completion"),
        ShapeField.Number("created"),
        ShapeField.Text("model"),
        ShapeField.List("choices", ChatChoice, ShapeMissing.Fail),
        ShapeField.Object("usage", Usage, ShapeMissing.Empty));

    public static Shape ChatChunk { get; } = new(
        ShapeField.Text("id"),
        ShapeField.TextOr("object", "chat.completion.chunk"),
        ShapeField.Number("created"),
        ShapeField.Text("model"),
        ShapeField.List("choices", ChatChunkChoice, ShapeMissing.Fail),
        ShapeField.Object("usage", Usage, ShapeMissing.Null));

    /// <summary>A chat that was written anew from another format. What has no documented place there is put beside it by our translation, not dropped.</summary>
    public static Shape TypedChat { get; } = Chat.With(
        ShapeField.List("choices", ChatChoice.With(ShapeField.Object("message", TypedMessage, ShapeMissing.Fail)), ShapeMissing.Fail),
        ShapeField.Object("usage", CacheUsage, ShapeMissing.Empty),
        ShapeField.Text("provider"));

    /// <inheritdoc cref="TypedChat"/>
    public static Shape TypedChatChunk { get; } = ChatChunk.With(
        ShapeField.List("choices", ChatChunkChoice.With(ShapeField.Object("delta", TypedDelta, ShapeMissing.Empty)), ShapeMissing.Fail),
        ShapeField.Object("usage", CacheUsage, ShapeMissing.Null),
        ShapeField.Text("provider"));

    public static Shape Completions { get; } = new(
        ShapeField.Text("id"),
        ShapeField.Constant("object", "text_completion"),
        ShapeField.Number("created"),
        ShapeField.Text("model"),
        ShapeField.List("choices", CompletionChoice, ShapeMissing.Fail),
        ShapeField.Object("usage", Usage, ShapeMissing.Empty));

    public static Shape CompletionsChunk { get; } = new(
        ShapeField.Text("id"),
        ShapeField.Constant("object", "text_completion_chunk"),
        ShapeField.Number("created"),
        ShapeField.Text("model"),
        ShapeField.List("choices", CompletionChunkChoice, ShapeMissing.Fail),
        ShapeField.Object("usage", Usage, ShapeMissing.Null));

    /// <inheritdoc cref="TypedChat"/>
    public static Shape TypedCompletionsChunk { get; } = CompletionsChunk.With(ShapeField.TextOr("object", "text_completion_chunk"));

    public static Shape Embeddings { get; } = new(
        ShapeField.TextOr("object", "list"),
        ShapeField.List("data", Embedding, ShapeMissing.Fail),
        ShapeField.Text("model"),
        ShapeField.Object("usage", EmbeddingUsage, ShapeMissing.Empty));
}
