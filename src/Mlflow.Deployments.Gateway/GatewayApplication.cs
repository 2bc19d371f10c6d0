using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Http;
using Mlflow.Deployments.Gateway.Limits;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Providers.Passthrough;
using Mlflow.Deployments.Gateway.Providers.Upstream;
using Mlflow.Deployments.Gateway.Routing;
using Mlflow.Deployments.Gateway.Telemetry;

namespace Mlflow.Deployments.Gateway;

/// <summary>A running gateway, for the program itself and for tests, samples and other hosts that embed it.</summary>
/// <remarks>Thread-safe. Several may run in one process; they share nothing.</remarks>
public sealed class GatewayApplication : IAsyncDisposable
{
    // Leaves streams the time to send their last event.
    private static readonly TimeSpan ShutdownTimeout = ShutdownGrace.Grace + TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly UpstreamPools _pools;

    private readonly IRateLimiter _limiter;
    private readonly GatewayState _state;

    private GatewayApplication(WebApplication app, UpstreamPools pools, IRateLimiter limiter, GatewayState state)
    {
        _app = app;
        _pools = pools;
        _limiter = limiter;
        _state = state;
    }

    /// <summary>Gets the address that the gateway answers at.</summary>
    public Uri Address => new(_app.Urls.First());

    internal GatewayConfig Config => _state.Table.Config;

    /// <summary>Null when the configuration is not from a file, or is never loaded again.</summary>
    internal ConfigurationReload? Reload => _state.Reload;

    /// <summary>Starts a gateway. When the task is done, it answers.</summary>
    /// <param name="options">How; null takes every default.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ArgumentException">An option has a value that cannot be used; the message names it.</exception>
    /// <exception cref="GatewayConfigurationException">The configuration cannot be used; the exception tells everything that is wrong.</exception>
    /// <exception cref="GatewayStartException">The port is taken, or the host is no address of this machine.</exception>
    public static async Task<GatewayApplication> StartAsync(GatewayOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new GatewayOptions();
        options.Validate();
        GatewayConfig config = GatewayConfiguration.Load(options, out ConfigurationFiles? files);
        ILoggerFactory loggerFactory = options.LoggerFactory ?? NullLoggerFactory.Instance;
        ILogger logger = loggerFactory.CreateLogger(Log.Category);
        IRateLimiter limiter = RedisAddress.IsValid(options.RateLimitStorage)
            ? await RedisRateLimiter.ConnectAsync(options.RateLimitStorage, options.RateLimitFailsOpen, logger)
            : new MemoryRateLimiter(options.TimeProvider);
        GatewayApplication? application = Build(options, config, limiter, loggerFactory, logger);
        try
        {
            if (files is not null && options.ReloadInterval != Timeout.InfiniteTimeSpan)
            {
                application.Watch(options, files, loggerFactory);
            }

            await application._app.StartAsync(cancellationToken);
            GatewayApplication started = application;
            application = null;
            return started;
        }
        catch (IOException e)
        {
            throw new GatewayStartException(GatewayListener.Explain(options, e), e);
        }
        finally
        {
            if (application is not null)
            {
                await application.DisposeAsync();
            }
        }
    }

    /// <summary>Stops taking requests, lets running ones end for a few seconds, and then ends them: streams with an error event, others with status 503.</summary>
    /// <param name="cancellationToken">Ends them at once.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _state.Shutdown.DrainAsync(cancellationToken);
        await _app.StopAsync(cancellationToken);
    }

    /// <summary>Stops the gateway and frees what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_state.Reload is { } reload)
        {
            await reload.DisposeAsync();
        }

        await _app.DisposeAsync();
        await _limiter.DisposeAsync();
        _pools.Dispose();
    }

    private static GatewayApplication Build(
        GatewayOptions options, GatewayConfig config, IRateLimiter limiter, ILoggerFactory loggerFactory, ILogger logger)
    {
        // Settings files of the current folder are not the gateway's.
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.Replace(ServiceDescriptor.Singleton(loggerFactory));
        // Signals belong to the program around the gateway.
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, EmbeddedLifetime>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(kestrel => GatewayListener.Configure(kestrel, options));
        builder.Services.AddSingleton<DrainingTransport>();
        builder.Services.AddSingleton<IConnectionListenerFactory>(static provider => provider.GetRequiredService<DrainingTransport>());
        builder.Services.AddSingleton(provider => new ShutdownGrace(
            options.TimeProvider,
            provider.GetRequiredService<DrainingTransport>(),
            provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
        WebApplication app = builder.Build();

        WriteWarnings(config, loggerFactory.CreateLogger(Log.ConfigurationCategory));
        var pools = new UpstreamPools();
        UpstreamTimeouts timeouts = UpstreamTimeouts.From(options);
        var state = new GatewayState(
            Route(config, options, pools, timeouts),
            limiter,
            new PassthroughClient(pools, timeouts, options.TimeProvider),
            logger,
            options.TimeProvider,
            options.ListPageSize,
            app.Services.GetRequiredService<ShutdownGrace>());
        GatewayRoutes.Map(app, state);
        return new GatewayApplication(app, pools, limiter, state);
    }

    private static RoutingTable Route(GatewayConfig config, GatewayOptions options, UpstreamPools pools, UpstreamTimeouts timeouts)
    {
        var services = new ProviderServices(new UpstreamClient(pools, timeouts, options.TimeProvider), options.TimeProvider);
        return new RoutingTable(config, services, Random.Shared);
    }

    private static void WriteWarnings(GatewayConfig config, ILogger logger)
    {
        foreach (string warning in config.Warnings)
        {
            logger.ConfigurationWarning(warning);
        }
    }

    private void Watch(GatewayOptions options, ConfigurationFiles files, ILoggerFactory loggerFactory)
    {
        UpstreamTimeouts timeouts = UpstreamTimeouts.From(options);
        _state.Reload = new ConfigurationReload(
            options, files, config => _state.Table = Route(config, options, _pools, timeouts), loggerFactory.CreateLogger(Log.ReloadCategory));
    }
}
