using System.Net;
using System.Text;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>How connections to providers are made.</summary>
internal static class UpstreamHandler
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    public static SocketsHttpHandler Create(TimeSpan connectTimeout, bool isRaw) => new()
    {
        ConnectTimeout = connectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        // Hanging up has to reach the upstream at once; draining would let it go on generating.
        ResponseDrainTimeout = TimeSpan.Zero,
        AutomaticDecompression = isRaw ? DecompressionMethods.None : DecompressionMethods.All,
        // A redirect would take the key and the prompt to a place that the configuration does not name.
        AllowAutoRedirect = false,
        UseCookies = false,
        // Headers of clients pass through as bytes.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        UseProxy = false,
        // Client headers do not go upstream; neither does the gateway's own trace context.
        ActivityHeadersPropagator = null,
    };
}
