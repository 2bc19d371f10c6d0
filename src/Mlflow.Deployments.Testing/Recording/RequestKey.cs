using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing.Recording;

/// <summary>What makes two requests the same: method, path, query, and what the body says, not how it is written.</summary>
internal sealed class RequestKey
{
    private RequestKey(string route, SortedDictionary<string, string> fields)
    {
        Route = route;
        Fields = fields;
        Text = $"{route}\n{string.Join('\n', fields.Select(field => $"{field.Key}={field.Value}"))}";
    }

    public string Route { get; }

    /// <summary>Gets the values of the body by their paths, for example <c>$.messages[0].content</c>. Nulls count as left out.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; }

    public string Text { get; }

    public static RequestKey Of(string method, string target, JsonNode? body)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Flatten("$", body, fields);
        return new($"{method} {target}", fields);
    }

    /// <summary>Makes the file's name without its number: the same on every machine.</summary>
    public string FileName(string subject)
    {
        const int longest = 40;
        var words = string.Concat(subject.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-')).Trim('-', '.');
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Text)), 0, 4).ToLowerInvariant();
        return $"{(words.Length > longest ? words[..longest] : words)}-{hash}";
    }

    /// <summary>Tells where the bodies differ, not how: recordings hold prompts.</summary>
    public IReadOnlyList<string> DifferencesFrom(RequestKey other) =>
        [.. Fields.Keys.Union(other.Fields.Keys, StringComparer.Ordinal).Where(path => Fields.GetValueOrDefault(path) != other.Fields.GetValueOrDefault(path)).Order(StringComparer.Ordinal)];

    private static void Flatten(string path, JsonNode? node, SortedDictionary<string, string> fields)
    {
        switch (node)
        {
            case null:
                break;
            case JsonObject json:
                foreach (var (name, value) in json)
                {
                    Flatten($"{path}.{name}", value, fields);
                }

                break;
            case JsonArray list:
                fields[path] = string.Create(CultureInfo.InvariantCulture, $"{list.Count} items");
                for (var i = 0; i < list.Count; i++)
                {
                    Flatten(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), list[i], fields);
                }

                break;
            default:
                fields[path] = Canonical(node.AsValue());
                break;
        }
    }

    // 1 and 1.0 are the same number.
    private static string Canonical(JsonValue value) => value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var number)
        ? number.ToString("R", CultureInfo.InvariantCulture)
        : Encoding.UTF8.GetString(JsonText.Write(value));
}
