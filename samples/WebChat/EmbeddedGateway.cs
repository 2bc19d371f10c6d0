using Mlflow.Deployments.Gateway;

namespace WebChat;

/// <summary>A gateway in the app's own process, so that the sample runs with nothing else at hand. A real app has none of this.</summary>
internal static class EmbeddedGateway
{
    private const string Target = "Mlflow:Deployments:Target";

    // Answers at a pace that can be watched.
    private const string Yaml =
        """
        endpoints:
          - name: chat
            endpoint_type: llm/v1/chat
            model: { provider: embedded, name: dev, config: { token_delay_ms: 40 } }
        """;

    /// <summary>Starts it and tells the app's configuration where it is, unless the configuration names a target already.</summary>
    public static async Task<GatewayApplication?> StartUnlessConfiguredAsync(WebApplication app)
    {
        if (!string.IsNullOrEmpty(app.Configuration[Target]))
        {
            return null;
        }

        var gateway = await GatewayApplication.StartAsync(new() { Port = 0, ConfigYaml = Yaml, LoggerFactory = app.Services.GetRequiredService<ILoggerFactory>() });
        app.Configuration[Target] = gateway.Address.ToString();
        return gateway;
    }
}
