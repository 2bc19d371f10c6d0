using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;

/// <summary>AWS Security Token Service: gives out credentials that do not last.</summary>
/// <param name="address">Its address, without a slash at the end.</param>
/// <param name="region">The region of that address.</param>
/// <param name="client">Sends.</param>
/// <param name="clock">The time for signatures.</param>
internal sealed class SecurityTokenService(string address, string region, UpstreamClient client, TimeProvider clock)
{
    private const string Version = "2011-06-15";
    private const int MaxAnswerBytes = 64 * 1024;

    public async Task<AwsCredentials> AssumeRoleAsync(
        string roleArn, string sessionName, int seconds, AwsCredentials signer, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Create(
            [
                new("Action", "AssumeRole"), new("Version", Version), new("RoleArn", roleArn), new("RoleSessionName", sessionName),
                new("DurationSeconds", seconds.ToString(CultureInfo.InvariantCulture)),
            ],
            out byte[] body);
        SignatureV4.Sign(request, body, signer, region, "sts", clock.GetUtcNow());
        return await SendAsync(request, $"assume the role '{roleArn}'", cancellationToken);
    }

    /// <summary>Exchanges the token of another identity provider; the token is the proof, and nothing is signed.</summary>
    public async Task<AwsCredentials> AssumeRoleWithWebIdentityAsync(string roleArn, string sessionName, string token, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Create(
            [
                new("Action", "AssumeRoleWithWebIdentity"), new("Version", Version), new("RoleArn", roleArn), new("RoleSessionName", sessionName),
                new("WebIdentityToken", token),
            ],
            out _);
        return await SendAsync(request, $"assume the role '{roleArn}' by a web identity", cancellationToken);
    }

    private HttpRequestMessage Create(IEnumerable<KeyValuePair<string, string>> form, out byte[] body)
    {
        body = Encoding.ASCII.GetBytes(string.Join('&', form.Select(x => $"{x.Key}={Uri.EscapeDataString(x.Value)}")));
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded", "utf-8");
        return new HttpRequestMessage(HttpMethod.Post, $"{address}/") { Content = content };
    }

    private async Task<AwsCredentials> SendAsync(HttpRequestMessage request, string what, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
        string text = await AwsAnswers.ReadTextAsync(response, MaxAnswerBytes, cancellationToken);
        XElement? root = Parse(text);
        if (!response.IsSuccessStatusCode)
        {
            string said = root is null ? "" : $" {Value(root, "Code")}: {Value(root, "Message")}";
            throw new ProviderException(
                FailureKind.CredentialsUnavailable,
                string.Create(CultureInfo.InvariantCulture, $"AWS STS refused to {what} (status {(int)response.StatusCode}).{said}"));
        }

        return root is not null
            && Value(root, "AccessKeyId") is { Length: > 0 } id
            && Value(root, "SecretAccessKey") is { Length: > 0 } secret
            && Value(root, "SessionToken") is { Length: > 0 } session
                ? new AwsCredentials(id, secret, session, AwsAnswers.Time(Value(root, "Expiration")))
                : throw new ProviderException(FailureKind.CredentialsUnavailable, $"AWS STS was asked to {what} and gave an answer without credentials.");
    }

    private static string? Value(XElement root, string name) => root.Descendants().FirstOrDefault(x => x.Name.LocalName == name)?.Value;

    private static XElement? Parse(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
