using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mlflow.Deployments.Telemetry;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Extensions.DependencyInjection;

/// <summary>Sets the named <see cref="HttpClient"/> of a registered client up, so that it behaves as that of a client made by hand.</summary>
internal static class HttpClientSetup
{
    private const string ResilienceHandler = "Microsoft.Extensions.Http.Resilience.ResilienceHandler";

    public static void Apply(IHttpClientBuilder builder, string optionsName) => builder
        .ConfigureHttpClient(HttpPipeline.Prepare)
        .ConfigurePrimaryHttpMessageHandler((handler, services) =>
        {
            // Another kind of handler is one that the app chose for all its clients, and it is the app's to set up.
            if (handler is SocketsHttpHandler sockets)
            {
                var options = services.GetRequiredService<IOptionsMonitor<DeployClientOptions>>().Get(optionsName);
                HttpPipeline.Prepare(sockets, options.AllowInsecureTls);
                services.GetRequiredService<ConnectionOwner>().Own(sockets);
            }
        })
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // a singleton keeps its handler; the pooled connections are what has to be renewed, and are
        .RedactLoggedHeaders(static _ => true)
        .ConfigureAdditionalHttpMessageHandlers(RemoveResilienceOfAllClients);

    // ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler()), which Aspire's service defaults do, is made for web APIs: it cuts each
    // try off after 10 seconds and sends POSTs again. Models take minutes and are paid for, and the client has retries of its own. The defaults of all
    // clients come before this, what is added to this client's builder comes after it and stays. By name, since the package is not among our dependencies.
    private static void RemoveResilienceOfAllClients(IList<DelegatingHandler> handlers, IServiceProvider services)
    {
        for (var i = handlers.Count - 1; i >= 0; i--)
        {
            if (handlers[i].GetType().FullName == ResilienceHandler)
            {
                handlers.RemoveAt(i);
                services.GetService<ILoggerFactory>()?.CreateLogger(Log.Category).DefaultResilienceLeftOut();
            }
        }
    }
}
