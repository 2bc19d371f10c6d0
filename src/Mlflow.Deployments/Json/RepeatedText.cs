using System.Text.Json;

namespace Mlflow.Deployments.Json;

/// <summary>A text that is usually the same in every event of a stream (id, model): the string is made once and handed out again.</summary>
internal sealed class RepeatedText
{
    private byte[]? _utf8;
    private string? _text;

    public string? Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            return reader.TokenType == JsonTokenType.Null ? null : throw FieldReader.Unexpected(ref reader, "a text");
        }

        if (_utf8 is not null && reader.ValueTextEquals(_utf8))
        {
            return _text;
        }

        var text = reader.GetString();
        if (!reader.ValueIsEscaped)
        {
            (_utf8, _text) = (reader.ValueSpan.ToArray(), text);
        }

        return text;
    }
}
