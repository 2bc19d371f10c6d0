using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Limits;
using Mlflow.Deployments.Gateway.Providers.Passthrough;
using Mlflow.Deployments.Gateway.Routing;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>What the routes work with.</summary>
internal sealed class GatewayState(
    RoutingTable table, IRateLimiter limiter, PassthroughClient passthrough, ILogger logger, TimeProvider timeProvider, int listPageSize, ShutdownGrace shutdown)
{
    private RoutingTable _table = table;

    /// <summary>The table in force. Read it once for each request.</summary>
    public RoutingTable Table
    {
        get => Volatile.Read(ref _table);
        set => Volatile.Write(ref _table, value);
    }

    public IRateLimiter Limiter => limiter;

    public PassthroughClient Passthrough => passthrough;

    /// <summary>How the configuration came about; null when it is not from a file, or is never loaded again.</summary>
    public ConfigurationReload? Reload { get; set; }

    public ILogger Logger => logger;

    public ShutdownGrace Shutdown => shutdown;

    public TimeProvider TimeProvider => timeProvider;

    /// <summary>When the gateway started; what it cannot date otherwise gets this date.</summary>
    public DateTimeOffset StartTime { get; } = timeProvider.GetUtcNow();

    /// <summary>Endpoints or routes on one page of a list.</summary>
    public int ListPageSize => listPageSize;
}
