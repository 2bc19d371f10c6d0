namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>What is served when no configuration is given: answers without a key and without a network.</summary>
internal static class BuiltInConfiguration
{
    public const string Yaml = """
        endpoints:
          - name: chat
            endpoint_type: llm/v1/chat
            model: { provider: embedded, name: dev }
          - name: completions
            endpoint_type: llm/v1/completions
            model: { provider: embedded, name: dev }
          - name: embeddings
            endpoint_type: llm/v1/embeddings
            model: { provider: embedded, name: use-lite-en }
        """;
}
