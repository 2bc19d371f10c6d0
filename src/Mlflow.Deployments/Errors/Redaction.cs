using System.Net;
using System.Text;
using System.Text.Json;

namespace Mlflow.Deployments.Errors;

/// <summary>
/// Takes the secrets of a request out of the words of the answer: servers and proxies like to repeat a key that they refuse, and the words go
/// into exceptions, which go into logs.
/// </summary>
internal static class Redaction
{
    private const string Mark = "***";

    // A shorter text is no secret that would protect anything, and would tear holes into words.
    private const int ShortestSecret = 4;

    private static readonly string[] SecretWords = ["auth", "key", "token", "secret", "password", "cookie"];

    /// <summary>Returns a server's code and words without the secrets of the request.</summary>
    public static ServerError Apply(ServerError error, HttpRequestMessage? request)
    {
        foreach (var secret in SecretsOf(request))
        {
            error = new(error.Code?.Replace(secret, Mark, StringComparison.Ordinal), error.Message?.Replace(secret, Mark, StringComparison.Ordinal));
        }

        return error;
    }

    /// <summary>Returns a body as text without the secrets of the request, in whatever form it repeats them; null for an empty one.</summary>
    public static string? Apply(ReadOnlySpan<byte> body, HttpRequestMessage? request) => body.IsEmpty ? null : Without(Encoding.UTF8.GetString(body), SecretsOf(request));

    /// <summary>Returns a text without secrets; nothing of it when one is still there in a form that only a parser finds.</summary>
    public static string? Without(string text, IEnumerable<string> secrets)
    {
        foreach (var secret in secrets)
        {
            foreach (var form in (string[])[secret, JsonEncodedText.Encode(secret).Value, Uri.EscapeDataString(secret), WebUtility.HtmlEncode(secret)])
            {
                text = text.Replace(form, Mark, StringComparison.Ordinal);
            }

            if (ServerError.Parse(Encoding.UTF8.GetBytes(text)).Message?.Contains(secret, StringComparison.Ordinal) is true)
            {
                return null;
            }
        }

        return text;
    }

    private static IEnumerable<string> SecretsOf(HttpRequestMessage? request)
    {
        if (request is null)
        {
            yield break;
        }

        foreach (var (name, values) in request.Headers.NonValidated)
        {
            if (!SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            // "Bearer KEY", "Basic TEXT" or the key alone: the last word is the secret.
            foreach (var value in values)
            {
                var secret = value[(value.LastIndexOf(' ') + 1)..];
                if (secret.Length >= ShortestSecret)
                {
                    yield return secret;
                }

                if (value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) && PasswordIn(secret) is { Length: >= ShortestSecret } password)
                {
                    yield return password;
                }
            }
        }
    }

    private static string? PasswordIn(string basic)
    {
        var bytes = new byte[basic.Length];
        return Convert.TryFromBase64String(basic, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length) is var pair && pair.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon
            ? pair[(colon + 1)..]
            : null;
    }
}
