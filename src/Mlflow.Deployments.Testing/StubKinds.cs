using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Testing.Scripts;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing;

/// <summary>The kinds of endpoints that fakes know.</summary>
internal static class StubKinds
{
    public static StubKind<ChatRequest, ChatAnswer> Chat { get; } =
        new(EndpointType.Chat, new(Defaults.Text), static request => request.Chat, ChatWire.Answer);

    public static StubKind<CompletionRequest, CompletionAnswer> Completions { get; } =
        new(EndpointType.Completions, new(Defaults.Text), static request => request.Completion, CompletionWire.Answer);

    public static StubKind<EmbeddingRequest, EmbeddingAnswer> Embeddings { get; } =
        new(EndpointType.Embeddings, new(), static request => request.Embedding, EmbeddingWire.Answer);

    public static StubKind<JsonObject, JsonNode> Json { get; } =
        new(default, new JsonObject { ["predictions"] = new JsonArray() }, static request => request.Json as JsonObject, static (answer, _) => Script.OfJson(answer));
}
