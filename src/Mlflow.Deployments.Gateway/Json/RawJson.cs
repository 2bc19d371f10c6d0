using System.Text.Json;

namespace Mlflow.Deployments.Gateway.Json;

/// <summary>Copies JSON as it was written: 1.0 stays 1.0.</summary>
internal static class RawJson
{
    /// <summary>
    /// Copies the value at the reader, which reads <paramref name="json"/>; nulls included. With <paramref name="isSingleLine"/>
    /// line breaks between tokens are left out: they would end a server-sent event.
    /// </summary>
    public static void CopyValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PooledBuffer output, bool isSingleLine)
    {
        Utf8JsonReader start = reader;
        int from = (int)reader.TokenStartIndex;
        reader.Skip();
        ReadOnlySpan<byte> slice = json[from..(int)reader.BytesConsumed];
        if (isSingleLine && slice.ContainsAny((byte)'\n', (byte)'\r'))
        {
            CopyTokens(ref start, output);
        }
        else
        {
            output.Write(slice);
        }
    }

    /// <summary>Copies one token that is no end.</summary>
    /// <returns>Whether a comma has to follow before the next token.</returns>
    public static bool CopyToken(ref Utf8JsonReader reader, PooledBuffer output)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                output.WriteByte((byte)'{');
                return false;
            case JsonTokenType.StartArray:
                output.WriteByte((byte)'[');
                return false;
            case JsonTokenType.PropertyName:
                WriteQuoted(reader.ValueSpan, output);
                output.WriteByte((byte)':');
                return false;
            case JsonTokenType.String:
                WriteQuoted(reader.ValueSpan, output);
                return true;
            default:
                output.Write(reader.ValueSpan);
                return true;
        }
    }

    private static void CopyTokens(ref Utf8JsonReader reader, PooledBuffer output)
    {
        int depth = reader.CurrentDepth;
        bool needsComma = false;
        do
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                output.Write(reader.ValueSpan);
                needsComma = true;
                continue;
            }
            if (needsComma)
            {
                output.WriteByte((byte)',');
            }

            needsComma = CopyToken(ref reader, output);
        }
        while ((reader.CurrentDepth > depth || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && reader.Read());
    }

    /// <summary>Writes a text that is escaped already.</summary>
    private static void WriteQuoted(ReadOnlySpan<byte> escaped, PooledBuffer output)
    {
        output.WriteByte((byte)'"');
        output.Write(escaped);
        output.WriteByte((byte)'"');
    }
}
