using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Benchmarks.Baseline;

internal sealed record LimitMessage(string? Role, string? Content);

internal sealed record LimitStreamOptions(bool IncludeUsage);

internal sealed record LimitChatRequest(IReadOnlyList<LimitMessage> Messages, bool? Stream = null, LimitStreamOptions? StreamOptions = null);

internal sealed record LimitUsage(int PromptTokens, int CompletionTokens, int TotalTokens);

internal sealed record LimitChoice(int Index, LimitMessage? Message, LimitMessage? Delta, string? FinishReason);

internal sealed record LimitChat(string? Id, string? Object, long Created, string? Model, IReadOnlyList<LimitChoice> Choices, LimitUsage? Usage);

internal sealed record LimitEmbeddingRequest(IReadOnlyList<string> Input, string? EncodingFormat);

internal sealed record LimitEmbedding<T>(int Index, T Embedding);

internal sealed record LimitEmbeddings<T>(string? Model, IReadOnlyList<LimitEmbedding<T>> Data, LimitUsage? Usage);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LimitChatRequest))]
[JsonSerializable(typeof(LimitChat))]
[JsonSerializable(typeof(LimitEmbeddingRequest))]
[JsonSerializable(typeof(LimitEmbeddings<float[]>), TypeInfoPropertyName = "Floats")]
[JsonSerializable(typeof(LimitEmbeddings<byte[]>), TypeInfoPropertyName = "Base64")]
internal sealed partial class LimitJson : JsonSerializerContext;
