using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mlflow.Deployments.Errors;

/// <summary>What a server said about an error, whatever form it chose: MLflow's, FastAPI's, OpenAI's, Databricks', HTML, plain text or nothing.</summary>
/// <param name="Code">The server's code; null when it gives none.</param>
/// <param name="Message">The server's words; null when it says nothing.</param>
internal readonly partial record struct ServerError(string? Code, string? Message)
{
    private const int MaxMessageLength = 1000;
    private const int MaxProblems = 5;

    // Where the words stand, most specific first; a value that is an object or a list is looked into.
    private static readonly string[] MessageKeys = ["message", "msg", "detail", "error", "error_description", "errors", "reason", "title"];

    /// <summary>Reads a body of unknown form.</summary>
    public static ServerError Parse(ReadOnlySpan<byte> body)
    {
        body = TrimBom(body);
        if (body.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return default;
        }

        try
        {
            if (TryParseJson(body) is { } element)
            {
                return new(FindCode(element), Shorten(FindMessage(element)));
            }
        }
        catch (InvalidOperationException)
        {
            // JSON by its form, but a text in it is no Unicode (half a surrogate pair, bytes of another encoding): shown as it is.
        }

        var text = Encoding.UTF8.GetString(body);
        return new(null, Shorten(text.AsSpan().TrimStart().StartsWith("<") ? TextOfHtml(text) : text));
    }

    /// <summary>Tells whether a parsed event or answer is an error: it has one of the keys that errors have, with a value.</summary>
    private static bool IsErrorObject(IDictionary<string, JsonElement>? extra) =>
        extra is not null && (Has(extra, "error") || Has(extra, "detail") || Has(extra, "error_code"));

    /// <summary>Tells the error that parsed JSON is, by its kind (<c>object</c>) or by the fields that a type of ours does not know; null when it is none.</summary>
    /// <param name="kind">What it says that it is.</param>
    /// <param name="extra">The fields that are no part of an answer.</param>
    /// <param name="takesMessage">Whether a message alone is an error: so it is where nothing of an answer stands beside it.</param>
    public static ServerError? In(string? kind, IDictionary<string, JsonElement>? extra, bool takesMessage = true) =>
        IsErrorObject(extra) || kind == "error" || Is(extra, "type", "error") || (takesMessage && Is(extra, "message", null)) ? FromFields(extra ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal)) : null;

    /// <summary>Reads an error from the fields of a parsed event.</summary>
    private static ServerError FromFields(IDictionary<string, JsonElement> fields)
    {
        try
        {
            return Find(fields);
        }
        catch (InvalidOperationException)
        {
            return default; // an error whose words are no text
        }
    }

    private static ServerError Find(IDictionary<string, JsonElement> fields)
    {
        var inner = Has(fields, "error") ? fields["error"] : Has(fields, "detail") ? fields["detail"] : default;
        var code = CodeOf(fields, "error_code") ?? CodeOf(fields, "code");
        var message = fields.TryGetValue("message", out var words) && words.ValueKind == JsonValueKind.String ? words.GetString() : null;
        return inner.ValueKind == JsonValueKind.Undefined
            ? new(code, Shorten(message))
            : new(code ?? FindCode(inner), Shorten(message ?? FindMessage(inner)));
    }

    private static bool Has(IDictionary<string, JsonElement> fields, string key) =>
        fields.TryGetValue(key, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False or JsonValueKind.Undefined);

    private static string? CodeOf(IDictionary<string, JsonElement> fields, string key) =>
        fields.TryGetValue(key, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;

    // Whether a field is a text: this one, or any.
    private static bool Is(IDictionary<string, JsonElement>? fields, string key, string? text) =>
        fields is not null && fields.TryGetValue(key, out var value) && value.ValueKind == JsonValueKind.String && (text is null || value.ValueEquals(text));

    private static JsonElement? TryParseJson(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            return JsonElement.TryParseValue(ref reader, out var element) ? element : null;
        }
        catch (JsonException)
        {
            // Not JSON, or cut at our limit: the caller shows the text instead.
            return null;
        }
    }

    private static string? FindMessage(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Array:
                var all = element.EnumerateArray().Select(FindMessage).Where(text => !string.IsNullOrWhiteSpace(text)).ToArray();
                var shown = string.Join("; ", all.Take(MaxProblems));
                return all.Length == 0 ? null : all.Length <= MaxProblems ? shown : $"{shown}; and {all.Length - MaxProblems} more";
            case JsonValueKind.Object:
                foreach (var key in MessageKeys)
                {
                    if (element.TryGetProperty(key, out var value) && FindMessage(value) is { Length: > 0 } text)
                    {
                        return Place(element) is { } place ? $"{place}: {text}" : text;
                    }
                }

                return null;
            default:
                return null;
        }
    }

    // Validation problems name the place: {"loc": ["body", "messages", 0, "role"], "msg": "Field required"} becomes "messages.0.role: Field required".
    private static string? Place(JsonElement problem)
    {
        if (!problem.TryGetProperty("loc", out var loc) || loc.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var steps = loc.EnumerateArray().Select(step => step.ToString()).SkipWhile(step => step == "body").ToArray();
        return steps.Length == 0 ? null : string.Join('.', steps);
    }

    // The type comes last: around an inner error it only says that this is one.
    private static string? FindCode(JsonElement element) => element.ValueKind != JsonValueKind.Object ? null
        : TextOf(element, "error_code") ?? TextOf(element, "code") ?? CodeIn(element, "error") ?? CodeIn(element, "detail") ?? TextOf(element, "type");

    private static string? TextOf(JsonElement element, string key) =>
        element.TryGetProperty(key, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;

    private static string? CodeIn(JsonElement element, string key) => element.TryGetProperty(key, out var inner) ? FindCode(inner) : null;

    private static string TextOfHtml(string html)
    {
        var title = TitlePattern().Match(html);
        return WebUtility.HtmlDecode(TagPattern().Replace(title.Success ? title.Groups["title"].Value : html, " "));
    }

    private static string? Shorten(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var line = SpacePattern().Replace(text.Trim(), " ");
        return line.Length <= MaxMessageLength ? line : string.Concat(line.AsSpan(0, MaxMessageLength), "…");
    }

    private static ReadOnlySpan<byte> TrimBom(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;

    [GeneratedRegex("<title[^>]*>(?<title>[^<]*)</title>", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TitlePattern();

    [GeneratedRegex("(<(script|style)[^>]*>.*?</(script|style)>)|(<[^>]*>)", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"\s+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SpacePattern();
}
