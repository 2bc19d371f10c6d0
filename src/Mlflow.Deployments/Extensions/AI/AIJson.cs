using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>Turns the objects of <c>Microsoft.Extensions.AI</c> into JSON, by its own options: they know its types, and what an app added to them.</summary>
internal static class AIJson
{
    // No indentation and no escapes without need, both of which Microsoft's options have: models are paid by the token.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns a value as JSON.</summary>
    /// <param name="value">The value.</param>
    /// <param name="what">What it is, for the error.</param>
    /// <param name="argumentName">The argument to blame.</param>
    /// <exception cref="ArgumentException">There is no JSON for the value's type.</exception>
    public static JsonElement ToElement(object? value, string what, string argumentName)
    {
        try
        {
            return value switch
            {
                JsonElement element => element,
                null => JsonSerializer.SerializeToElement(null, DeployJson.Default.JsonNode),
                JsonNode node => JsonSerializer.SerializeToElement(node, DeployJson.Default.JsonNode),
                float number => JsonSerializer.SerializeToElement(JsonValue.Create(Widen(number)), DeployJson.Default.JsonNode),
                _ => JsonSerializer.SerializeToElement(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(object))),
            };
        }
        catch (Exception e) when (e is NotSupportedException or JsonException or ArgumentException)
        {
            throw new ArgumentException(
                $"{what} is a {value!.GetType().Name}, which cannot be written as JSON: {e.Message} Give a JsonElement or a JsonNode, which every value can be turned into.", argumentName, e);
        }
    }

    /// <summary>Returns the text of a JSON value, as short as it goes.</summary>
    public static string ToText(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            element.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Returns the same decimal number: 0.7, which as a float is nearest to 0.699999988, stays 0.7.</summary>
    public static double Widen(float number) => double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public static double? Widen(float? number) => number is { } value ? Widen(value) : null;

    /// <summary>Reads the arguments of a call; none for no text, which servers send for functions without parameters.</summary>
    public static IDictionary<string, object?>? ParseArguments(string text) =>
        string.IsNullOrWhiteSpace(text) ? null : (IDictionary<string, object?>?)JsonSerializer.Deserialize(text, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>)));
}
