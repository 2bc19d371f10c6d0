using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>Where and how the server listens.</summary>
internal static class GatewayListener
{
    private const string LocalHost = "localhost";
    private const int MaxHeaderBytes = 32 * 1024;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(130);
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(30);
    private static readonly MinDataRate MinRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    public static void Configure(KestrelServerOptions kestrel, GatewayOptions options)
    {
        kestrel.AddServerHeader = false;
        // Headers of clients and providers pass through as bytes.
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestBodySize;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = KeepAlive;
        kestrel.Limits.MinRequestBodyDataRate = MinRate;
        kestrel.Limits.MinResponseDataRate = MinRate;
        if (IPAddress.TryParse(options.Host, out IPAddress? address))
        {
            kestrel.Listen(address, options.Port, Http1);
        }
        else if (!options.Host.Equals(LocalHost, StringComparison.OrdinalIgnoreCase))
        {
            throw new GatewayStartException(
                $"The host '{options.Host}' is no IP address. Use 127.0.0.1, 0.0.0.0, another address of this machine, or localhost.");
        }
        else if (options.Port == 0)
        {
            kestrel.Listen(IPAddress.Loopback, 0, Http1);
        }
        else
        {
            kestrel.ListenLocalhost(options.Port, Http1);
        }
    }

    public static string Explain(GatewayOptions options, IOException failure) => failure.InnerException switch
    {
        AddressInUseException => FormattableString.Invariant(
            $"Port {options.Port} on {options.Host} is already in use. Stop the program that uses it, or choose another port with --port."),
        SocketException { SocketErrorCode: SocketError.AccessDenied } => FormattableString.Invariant(
            $"Port {options.Port} on {options.Host} may not be used by this user. Choose a port above 1023 with --port."),
        _ => FormattableString.Invariant($"The gateway cannot listen on {options.Host}, port {options.Port}: {failure.Message}"),
    };

    private static void Http1(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;
}
