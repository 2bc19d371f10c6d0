namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>The names of the operations in configurations, catalogues and error texts.</summary>
internal static class OperationNames
{
    public const string Known = "llm/v1/chat, llm/v1/completions or llm/v1/embeddings";

    public static string ToEndpointType(this Operation operation) => operation switch
    {
        Operation.Chat => "llm/v1/chat",
        Operation.Completions => "llm/v1/completions",
        _ => "llm/v1/embeddings",
    };

    public static string ToWord(this Operation operation) => operation switch
    {
        Operation.Chat => "chat",
        Operation.Completions => "completions",
        _ => "embeddings",
    };

    /// <summary>The operation with its article: "a chat", "an embeddings".</summary>
    public static string ToPhrase(this Operation operation) =>
        (operation == Operation.Embeddings ? "an " : "a ") + operation.ToWord();

    public static Operation? Parse(string endpointType) => endpointType switch
    {
        "llm/v1/chat" => Operation.Chat,
        "llm/v1/completions" => Operation.Completions,
        "llm/v1/embeddings" => Operation.Embeddings,
        _ => null,
    };
}
