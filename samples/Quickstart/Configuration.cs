namespace Quickstart;

/// <summary>MLflow's own configuration format. Without one the gateway serves the same endpoints; here the tokens come at a pace that can be watched.</summary>
internal static class Configuration
{
    public const string Yaml =
        """
        endpoints:
          - name: chat
            endpoint_type: llm/v1/chat
            model: { provider: embedded, name: dev, config: { token_delay_ms: 40 } }
          - name: chat-busy
            endpoint_type: llm/v1/chat
            model: { provider: embedded, name: dev }
            limit: { calls: 1, renewal_period: hour }
          - name: completions
            endpoint_type: llm/v1/completions
            model: { provider: embedded, name: dev }
          - name: embeddings
            endpoint_type: llm/v1/embeddings
            model: { provider: embedded, name: use-lite-en }
        """;
}
