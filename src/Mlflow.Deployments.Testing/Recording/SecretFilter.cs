using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing.Recording;

/// <summary>Keeps secrets out of recordings: the credentials of the request wherever they turn up again, and fields whose names say what they hold.</summary>
internal sealed class SecretFilter
{
    private const string Hidden = "***";

    // Shorter ones would blank out ordinary words.
    private const int ShortestSecret = 4;

    private readonly string[] _secrets;

    private SecretFilter(IEnumerable<string> secrets) => _secrets = [.. secrets.Where(secret => secret.Length >= ShortestSecret).OrderByDescending(secret => secret.Length)];

    /// <summary>Knows no credentials, only names of fields.</summary>
    public static SecretFilter NamesOnly { get; } = new([]);

    public static SecretFilter Of(IHeaderDictionary headers) =>
        new(headers.Where(header => HeaderMask.IsSecret(header.Key)).SelectMany(header => header.Value.OfType<string>()).SelectMany(Parts));

    public string Clean(string text) => _secrets.Aggregate(text, (cleaned, secret) => cleaned.Replace(secret, Hidden, StringComparison.Ordinal));

    public JsonNode? Clean(JsonNode? node) => node switch
    {
        JsonObject json => new JsonObject(json.Select(field => KeyValuePair.Create(field.Key, IsSecretField(field) ? Hidden : Clean(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Clean)]),
        JsonValue value when value.TryGetValue<string>(out var text) => Clean(text),
        _ => node?.DeepClone(),
    };

    private static bool IsSecretField(KeyValuePair<string, JsonNode?> field)
    {
        var name = field.Key.Replace("_", string.Empty, StringComparison.Ordinal).Replace("-", string.Empty, StringComparison.Ordinal);
        return field.Value is JsonValue value && value.TryGetValue<string>(out _)
            && (name.Contains("apikey", StringComparison.OrdinalIgnoreCase)
                || name.Contains("authorization", StringComparison.OrdinalIgnoreCase)
                || name.Contains("password", StringComparison.OrdinalIgnoreCase)
                || name.Contains("secret", StringComparison.OrdinalIgnoreCase)
                || name.EndsWith("accesstoken", StringComparison.OrdinalIgnoreCase));
    }

    // The header whole, what stands behind its scheme, and of Basic credentials what they decode to.
    private static IEnumerable<string> Parts(string header)
    {
        yield return header;
        if (header.Split(' ', 2) is not [var scheme, var credentials])
        {
            yield break;
        }

        yield return credentials;
        var bytes = new byte[credentials.Length];
        if (scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && Convert.TryFromBase64String(credentials, bytes, out var count))
        {
            var pair = Encoding.UTF8.GetString(bytes, 0, count);
            yield return pair;
            yield return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
        }
    }
}
