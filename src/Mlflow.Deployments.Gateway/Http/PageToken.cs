using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The place in a list where the next page begins: Base64 of <c>{"index": N}</c>.</summary>
internal static class PageToken
{
    public static string Encode(int index) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"index": {{index}}}""")));

    /// <returns>Null when the token is broken or negative.</returns>
    public static int? Decode(string token)
    {
        Span<byte> bytes = stackalloc byte[128];
        if (!Convert.TryFromBase64String(token, bytes, out int length))
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(bytes[..length]);
            return JsonElement.TryParseValue(ref reader, out JsonElement? value)
                && value is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("index"u8, out JsonElement index)
                && index.ValueKind == JsonValueKind.Number
                && index.TryGetInt32(out int position)
                && position >= 0 ? position : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
