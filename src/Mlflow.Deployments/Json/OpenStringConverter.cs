using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Json;

/// <summary>Reads and writes an <see cref="IOpenString{TSelf}"/> as its text; null stays null.</summary>
internal sealed class OpenStringConverter<T> : JsonConverter<T>
    where T : struct, IOpenString<T>
{
    public override bool HandleNull => true;

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    internal static T Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException($"Expected a string for {typeof(T).Name}, got {reader.TokenType}.");
        }

        foreach (var known in T.WellKnown)
        {
            if (reader.ValueTextEquals(known))
            {
                return T.From(known);
            }
        }

        return T.From(reader.GetString());
    }
}
