using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Http;
using Mlflow.Deployments.Gateway.Limits;
using Mlflow.Deployments.Gateway.Providers;
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
    private readonly HttpMessageInvoker _invoker;

    private GatewayApplication(WebApplication app, HttpMessageInvoker invoker, GatewayConfig config)
    {
        _app = app;
        _invoker = invoker;
        Config = config;
    }

    /// <summary>Gets the address that the gateway answers at.</summary>
    public Uri Address => new(_app.Urls.First());

    internal GatewayConfig Config { get; }

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
        GatewayConfig config = GatewayConfiguration.Load(options);
        var invoker = new HttpMessageInvoker(UpstreamHandler.Create());
        GatewayApplication? application = null;
        try
        {
            application = new GatewayApplication(Build(options, config, invoker), invoker, config);
            await application._app.StartAsync(cancellationToken);
            GatewayApplication started = application;
            (application, invoker) = (null, null!);
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
                await application._app.DisposeAsync();
            }

            invoker?.Dispose();
        }
    }

    /// <summary>Stops taking requests, lets running ones end for a few seconds, and then ends them: streams with an error event, others with status 503.</summary>
    /// <param name="cancellationToken">Ends them at once.</param>
    public Task StopAsync(CancellationToken cancellationToken = default) => _app.StopAsync(cancellationToken);

    /// <summary>Stops the gateway and frees what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _invoker.Dispose();
    }

    private static WebApplication Build(GatewayOptions options, GatewayConfig config, HttpMessageInvoker invoker)
    {
        // Settings files of the current folder are not the gateway's.
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        ILoggerFactory loggerFactory = options.LoggerFactory ?? NullLoggerFactory.Instance;
        builder.Services.Replace(ServiceDescriptor.Singleton(loggerFactory));
        // Signals belong to the program around the gateway.
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, EmbeddedLifetime>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(kestrel => GatewayListener.Configure(kestrel, options));

        builder.Services.AddSingleton(
            provider => new ShutdownGrace(options.TimeProvider, provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
        WebApplication app = builder.Build();

        ILogger configurationLogger = loggerFactory.CreateLogger(Log.ConfigurationCategory);
        foreach (string warning in config.Warnings)
        {
            configurationLogger.ConfigurationWarning(warning);
        }

        var services = new ProviderServices(new UpstreamClient(invoker, options.UpstreamTimeout, options.TimeProvider), options.TimeProvider);
        var state = new GatewayState(
            new RoutingTable(config, services, Random.Shared),
            new RateLimiter(options.TimeProvider),
            loggerFactory.CreateLogger(Log.Category),
            options.TimeProvider,
            options.ListPageSize,
            app.Services.GetRequiredService<ShutdownGrace>().Over);
        GatewayRoutes.Map(app, state);
        return app;
    }
}
