using System.Net;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>The one connection pool for all providers.</summary>
internal static class UpstreamHandler
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    public static SocketsHttpHandler Create() => new()
    {
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        // Hanging up has to reach the upstream at once; draining would let it go on generating.
        ResponseDrainTimeout = TimeSpan.Zero,
        AutomaticDecompression = DecompressionMethods.All,
        // A redirect would take the key and the prompt to a place that the configuration does not name.
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        // Client headers do not go upstream; neither does the gateway's own trace context.
        ActivityHeadersPropagator = null,
    };
}
