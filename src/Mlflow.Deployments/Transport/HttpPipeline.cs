using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mlflow.Deployments.Transport;

/// <summary>Makes the <see cref="HttpClient"/> that the routes are sent through: base address, credentials, and the sockets or the caller's own client below.</summary>
internal static class HttpPipeline
{
    private static readonly Lazy<SocketsHttpHandler> Shared = new(() => NewSocketsHandler(insecure: false));
    private static readonly Lazy<SocketsHttpHandler> SharedInsecure = new(() => NewSocketsHandler(insecure: true));

    private static readonly ProductInfoHeaderValue UserAgent = new("mlflow-deployments-dotnet", typeof(HttpPipeline).Assembly.GetName().Version!.ToString(3));

    public static HttpClient Create(DeployTarget target, DeployClientOptions options, HttpClient? callersClient)
    {
        // One handler, so one pool of connections, for all clients: it lives as long as the process and is never disposed.
        HttpMessageHandler sender = callersClient is not null ? new CallerClientHandler(callersClient)
            : options.AllowInsecureTls ? SharedInsecure.Value
            : Shared.Value;
        var http = new HttpClient(new RedirectHandler(new CredentialsHandler(CredentialChoice.Of(target, options), options.DefaultHeaders, sender)), disposeHandler: false)
        {
            BaseAddress = target.Address,
            Timeout = Timeout.InfiniteTimeSpan, // the limits of the options count instead
        };
        if (callersClient is null)
        {
            http.DefaultRequestHeaders.UserAgent.Add(UserAgent);
        }

        return http;
    }

    /// <summary>Sets a client up that a factory made for us: below our own, so that requests go out as they do without a factory.</summary>
    public static void Prepare(HttpClient client)
    {
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.DefaultRequestVersion = HttpVersion.Version20; // where the server offers it
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        client.DefaultRequestHeaders.UserAgent.Add(UserAgent);
    }

    /// <summary>Sets the sockets up for long answers and streams.</summary>
    [SuppressMessage("Security", "CA5359:Do not disable certificate validation", Justification = "Only behind DeployClientOptions.AllowInsecureTls, which says what it means.")]
    public static void Prepare(SocketsHttpHandler handler, bool insecure)
    {
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5); // picks DNS changes up
        handler.ResponseDrainTimeout = TimeSpan.Zero; // else a server goes on generating for 2 s after the caller has left the stream
        handler.AutomaticDecompression = DecompressionMethods.All;
        handler.EnableMultipleHttp2Connections = true;
        handler.AllowAutoRedirect = false; // RedirectHandler follows those that are safe
        handler.UseCookies = false;
        if (insecure)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = AcceptAnything;
        }
    }

    private static bool AcceptAnything(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;

    private static SocketsHttpHandler NewSocketsHandler(bool insecure)
    {
        var handler = new SocketsHttpHandler();
        Prepare(handler, insecure);
        return handler;
    }
}
