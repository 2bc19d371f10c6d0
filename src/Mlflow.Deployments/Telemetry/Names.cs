namespace Mlflow.Deployments.Telemetry;

/// <summary>Attributes, metrics and values: those of OpenTelemetry's semantic conventions for generative AI, and our own under <c>mlflow.</c>.</summary>
internal static class Names
{
    public const string OperationName = "gen_ai.operation.name";
    public const string ProviderName = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string RequestStream = "gen_ai.request.stream";
    public const string RequestTemperature = "gen_ai.request.temperature";
    public const string RequestTopP = "gen_ai.request.top_p";
    public const string RequestTopK = "gen_ai.request.top_k";
    public const string RequestMaxTokens = "gen_ai.request.max_tokens";
    public const string RequestFrequencyPenalty = "gen_ai.request.frequency_penalty";
    public const string RequestPresencePenalty = "gen_ai.request.presence_penalty";
    public const string RequestStopSequences = "gen_ai.request.stop_sequences";
    public const string RequestChoiceCount = "gen_ai.request.choice.count";
    public const string RequestSeed = "gen_ai.request.seed";
    public const string RequestEncodingFormats = "gen_ai.request.encoding_formats";
    public const string EmbeddingDimensions = "gen_ai.embeddings.dimension.count";
    public const string OutputType = "gen_ai.output.type";
    public const string ResponseId = "gen_ai.response.id";
    public const string ResponseModel = "gen_ai.response.model";
    public const string ResponseFinishReasons = "gen_ai.response.finish_reasons";
    public const string ResponseTimeToFirstChunk = "gen_ai.response.time_to_first_chunk";
    public const string UsageInputTokens = "gen_ai.usage.input_tokens";
    public const string UsageOutputTokens = "gen_ai.usage.output_tokens";
    public const string UsageCachedTokens = "gen_ai.usage.cache_read.input_tokens";
    public const string TokenType = "gen_ai.token.type";
    public const string InputMessages = "gen_ai.input.messages";
    public const string OutputMessages = "gen_ai.output.messages";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string ErrorType = "error.type";

    public const string MlflowProvider = "mlflow.response.provider";
    public const string MlflowRequestId = "mlflow.response.request_id";
    public const string MlflowOutcome = "mlflow.stream.outcome";
    public const string MlflowChunks = "mlflow.stream.chunks";
    public const string MlflowHealth = "mlflow.health.status";
    public const string MlflowEndpoints = "mlflow.endpoints.count";
    public const string MlflowBatchTexts = "mlflow.batch.texts";
    public const string MlflowBatchRequests = "mlflow.batch.requests";

    public const string Chat = "chat";
    public const string TextCompletion = "text_completion";
    public const string Embeddings = "embeddings";
    public const string Predict = "predict";
    public const string EmbedBatch = "embed_batch";
    public const string ListEndpoints = "list_endpoints";
    public const string GetEndpoint = "get_endpoint";
    public const string GetHealth = "get_health";
}
