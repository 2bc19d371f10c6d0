using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Mlflow.Deployments.Gateway.Providers.Passthrough;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>Which headers pass between a client and a provider whose format both speak.</summary>
internal static class PassthroughHeaders
{
    /// <summary>What belongs to one connection and never to the next.</summary>
    private static readonly string[] HopByHop =
    [
        HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.ProxyAuthenticate, HeaderNames.ProxyAuthorization, "Proxy-Connection",
        HeaderNames.TE, HeaderNames.Trailer, HeaderNames.TransferEncoding, HeaderNames.Upgrade,
    ];

    /// <summary>Where clients put keys. Those for the gateway are no business of the provider's.</summary>
    private static readonly FrozenSet<string> Credentials = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, HeaderNames.Authorization, "x-api-key", "api-key", "x-goog-api-key");

    private static readonly FrozenSet<string> NotToProvider = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, [.. HopByHop, HeaderNames.Host, HeaderNames.ContentLength, HeaderNames.Expect, HeaderNames.Cookie]);

    /// <summary>Cookies and rules for browsers are the provider's for its own address, not for the gateway's.</summary>
    private static readonly FrozenSet<string> NotToClient = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, [.. HopByHop, HeaderNames.ContentLength, HeaderNames.SetCookie, HeaderNames.AltSvc, HeaderNames.StrictTransportSecurity]);

    /// <summary>Programs that log in at the provider themselves.</summary>
    private static readonly string[] OwnLogin = ["claude-cli/", "codex-desktop/", "geminicli/"];

    /// <summary>The provider's address with the client's query behind it, but for a key in it, which is a credential as well.</summary>
    public static Uri Address(Uri address, HttpRequest request)
    {
        bool keepsCredentials = KeepsCredentials(request);
        string[] parts = request.QueryString.HasValue ? request.QueryString.Value[1..].Split('&', StringSplitOptions.RemoveEmptyEntries) : [];
        string query = string.Join('&', parts.Where(x => keepsCredentials || !(x == "key" || x.StartsWith("key=", StringComparison.Ordinal))));
        return query.Length == 0 ? address : new Uri($"{address.AbsoluteUri}{(address.Query.Length == 0 ? '?' : '&')}{query}");
    }

    /// <summary>Copies the client's headers to a request that has the provider's own already.</summary>
    public static void CopyRequest(HttpRequest from, HttpRequestMessage to)
    {
        HttpContentHeaders content = to.Content!.Headers;
        content.Remove(HeaderNames.ContentType);
        bool keepsCredentials = KeepsCredentials(from);
        if (keepsCredentials)
        {
            foreach (string name in Credentials)
            {
                to.Headers.Remove(name);
            }
        }

        foreach ((string name, StringValues values) in from.Headers)
        {
            if (NotToProvider.Contains(name)
                || name.StartsWith(GatewayHeaders.Prefix, StringComparison.OrdinalIgnoreCase)
                || IsNamed(from.Headers.Connection, name)
                || (Credentials.Contains(name) && !keepsCredentials)
                || to.Headers.NonValidated.Contains(name))
            {
                continue;
            }

            if (!to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                content.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
    }

    public static void CopyAnswer(PassthroughAnswer from, HttpResponse to)
    {
        to.StatusCode = from.Status;
        StringValues connection = from.Headers.NonValidated.TryGetValues(HeaderNames.Connection, out var named) ? named.ToString() : default;
        Copy(from.Headers.NonValidated, connection, to.Headers);
        Copy(from.ContentHeaders.NonValidated, connection, to.Headers);
        // The length counts only where it was what ended the body.
        to.ContentLength = from.CanHaveBody && from.Headers.TransferEncodingChunked != true ? from.ContentHeaders.ContentLength : null;
    }

    /// <summary>Whether the client's own credentials go to the provider in place of the endpoint's.</summary>
    private static bool KeepsCredentials(HttpRequest request)
    {
        string agent = request.Headers.UserAgent.ToString();
        return OwnLogin.Any(x => agent.StartsWith(x, StringComparison.OrdinalIgnoreCase)) && Credentials.Any(request.Headers.ContainsKey);
    }

    private static void Copy(HttpHeadersNonValidated from, StringValues connection, IHeaderDictionary to)
    {
        foreach ((string name, HeaderStringValues values) in from)
        {
            if (NotToClient.Contains(name) || IsNamed(connection, name) || name.StartsWith(GatewayHeaders.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            string[] texts = [.. values];
            if (Array.TrueForAll(texts, HeaderText.IsSafe))
            {
                to[name] = texts;
            }
        }
    }

    private static bool IsNamed(StringValues connection, string name) =>
        connection.Count > 0 && connection.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(name, StringComparer.OrdinalIgnoreCase);
}
