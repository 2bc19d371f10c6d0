using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Dialects;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Json;

/// <summary>Everything that crosses the wire, known at compile time: no reflection, so the package works trimmed and as Native AOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    Converters = [typeof(LenientInt64Converter)])]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(ChatResponse))]
[JsonSerializable(typeof(ChatChunk))]
[JsonSerializable(typeof(IReadOnlyList<ContentPart>))]
[JsonSerializable(typeof(IReadOnlyList<ToolCall>))]
[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(CompletionResponse))]
[JsonSerializable(typeof(CompletionChunk))]
[JsonSerializable(typeof(EmbeddingRequest))]
[JsonSerializable(typeof(EmbeddingResponse))]
[JsonSerializable(typeof(MlflowGatewayPage))]
[JsonSerializable(typeof(MlflowGatewayEndpoint))]
[JsonSerializable(typeof(MlflowServerAnswer))]
[JsonSerializable(typeof(DatabricksAnswer))]
[JsonSerializable(typeof(DatabricksEndpoint))]
[JsonSerializable(typeof(DatabricksConfig))]
[JsonSerializable(typeof(DatabricksLimits))]
[JsonSerializable(typeof(IReadOnlyList<DatabricksLimits.RateLimit>))]
[JsonSerializable(typeof(OAuthToken))]
[JsonSerializable(typeof(OpenAIModel))]
[JsonSerializable(typeof(OpenAIModelList))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class DeployJson : JsonSerializerContext;
