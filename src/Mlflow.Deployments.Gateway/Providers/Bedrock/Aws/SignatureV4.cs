using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;

/// <summary>Signs a request in the way of Amazon's services: Signature Version 4.</summary>
/// <remarks>Source: "Create a signed AWS API request" of AWS Identity and Access Management's user guide.</remarks>
internal static class SignatureV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Adds the signature and what it covers: host, content type, date and session token.</summary>
    /// <param name="request">The request, otherwise complete.</param>
    /// <param name="body">What its content will send.</param>
    /// <param name="credentials">What it is signed with.</param>
    /// <param name="region">The region of the service.</param>
    /// <param name="service">The name of the service in signatures.</param>
    /// <param name="now">The time; the service allows a few minutes of difference.</param>
    public static void Sign(
        HttpRequestMessage request, ReadOnlySpan<byte> body, AwsCredentials credentials, string region, string service, DateTimeOffset now)
    {
        string time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string date = time[..8];
        Uri address = request.RequestUri!;
        // Set, so that what is sent is what was signed.
        request.Headers.Host = address.Authority;
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        if (credentials.SessionToken is { } sessionToken)
        {
            request.Headers.TryAddWithoutValidation("x-amz-security-token", sessionToken);
        }

        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = address.Authority, ["x-amz-date"] = time };
        if (credentials.SessionToken is { } token)
        {
            headers["x-amz-security-token"] = token;
        }

        if (request.Content?.Headers.ContentType?.ToString() is { } contentType)
        {
            headers["content-type"] = contentType;
        }

        string signedHeaders = string.Join(';', headers.Keys);
        var canonical = new StringBuilder()
            .Append(request.Method.Method).Append('\n')
            .Append(CanonicalPath(address)).Append('\n')
            .Append(CanonicalQuery(address)).Append('\n');
        foreach ((string name, string value) in headers)
        {
            canonical.Append(name).Append(':').Append(value.Trim()).Append('\n');
        }

        canonical.Append('\n').Append(signedHeaders).Append('\n').Append(Convert.ToHexStringLower(SHA256.HashData(body)));
        string scope = $"{date}/{region}/{service}/aws4_request";
        string text = $"{Algorithm}\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        string signature = Convert.ToHexStringLower(Hmac(SigningKey(credentials, date, region, service), text));
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"{Algorithm} Credential={credentials.AccessKeyId}/{scope}, SignedHeaders={signedHeaders}, Signature={signature}");
    }

    private static byte[] SigningKey(AwsCredentials credentials, string date, string region, string service) =>
        Hmac(Hmac(Hmac(Hmac(Encoding.UTF8.GetBytes($"AWS4{credentials.SecretAccessKey}"), date), region), service), "aws4_request");

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    // All services but S3 want the path encoded once more than it is sent: %3A becomes %253A.
    private static string CanonicalPath(Uri address) => string.Join('/', address.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    private static string CanonicalQuery(Uri address)
    {
        IEnumerable<(string Name, string Value)> parameters = address.Query.TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .Select(part => (Encode(part[0]), part.Length > 1 ? Encode(part[1]) : ""));
        return string.Join('&', parameters
            .OrderBy(x => x.Name, StringComparer.Ordinal)
            .ThenBy(x => x.Value, StringComparer.Ordinal)
            .Select(x => $"{x.Name}={x.Value}"));

        static string Encode(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));
    }
}
