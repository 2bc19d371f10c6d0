using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>How long a call to a provider may take.</summary>
/// <param name="Connect">For a connection, name lookup and TLS included.</param>
/// <param name="FirstByte">From the start of the call to the head of the answer.</param>
/// <param name="Idle">The longest silence after that.</param>
/// <param name="Total">For the whole call; null has no limit.</param>
internal sealed record UpstreamTimeouts(TimeSpan Connect, TimeSpan FirstByte, TimeSpan Idle, TimeSpan? Total)
{
    public static UpstreamTimeouts From(GatewayOptions options) => new(
        options.UpstreamConnectTimeout,
        options.UpstreamFirstByteTimeout ?? options.UpstreamTimeout,
        options.UpstreamIdleTimeout ?? options.UpstreamTimeout,
        options.UpstreamTotalTimeout);

    /// <summary>The limits for an endpoint, which may have some of its own.</summary>
    public UpstreamTimeouts For(EndpointConfig endpoint) => endpoint.Timeouts is { } own
        ? new UpstreamTimeouts(own.Connect ?? Connect, own.FirstByte ?? FirstByte, own.Idle ?? Idle, own.Total ?? Total)
        : this;
}
