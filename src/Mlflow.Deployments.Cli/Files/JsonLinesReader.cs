using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>Reads JSON Lines. The fields of a row stay the bytes that they are; lines of nothing but white space are no rows.</summary>
internal sealed class JsonLinesReader(Stream stream, RowSource source) : IRowReader
{
    private readonly LineReader _lines = new(stream, source.Path);
    private readonly byte[] _field = Encoding.UTF8.GetBytes(source.Field);
    private readonly byte[] _embeddingField = Encoding.UTF8.GetBytes(source.EmbeddingField);

    public double Share => _lines.Share;

    public async IAsyncEnumerable<InputRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await _lines.NextAsync(cancellationToken) is { } line)
        {
            var json = Trim(line);
            if (json.Length > 0)
            {
                var (text, problem) = Read(json.Span);
                yield return new() { Number = _lines.Number, Text = text, Problem = problem, Json = json };
            }
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> line)
    {
        var start = line.Span.IndexOfAnyExcept(" \t\r"u8);
        return start < 0 ? default : line[start..(line.Span.LastIndexOfAnyExcept(" \t\r"u8) + 1)];
    }

    private (string? Text, string? Problem) Read(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            return (null, "is not valid UTF-8");
        }

        var reader = new Utf8JsonReader(json);
        try
        {
            return ReadFields(ref reader);
        }
        catch (JsonException)
        {
            return (null, "is not valid JSON");
        }
        catch (InvalidOperationException)
        {
            return (null, $"has half of a surrogate pair in '{source.Field}', which is no text");
        }
    }

    private (string? Text, string? Problem) ReadFields(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return (null, reader.Read() ? "is not valid JSON" : "is no JSON object");
        }

        string? text = null, problem = null;
        var isFound = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(_field))
            {
                problem ??= isFound ? $"has '{source.Field}' twice" : null;
                isFound = true;
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    text = reader.GetString();
                }
                else
                {
                    problem ??= $"has no text in '{source.Field}', but {Named(reader.TokenType)}";
                }
            }
            else if (reader.ValueTextEquals(_embeddingField))
            {
                problem ??= $"has a field '{source.EmbeddingField}' already; give the vectors another name with --embedding-field";
            }

            reader.Skip();
        }

        reader.Read(); // what follows the object is an error
        problem ??= !isFound ? $"has no field '{source.Field}'; another one is named with --field" : text is "" ? $"has an empty text in '{source.Field}'" : null;
        return (problem is null ? text : null, problem);
    }

    private static string Named(JsonTokenType type) => type switch
    {
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        JsonTokenType.StartArray => "a list",
        _ => "an object",
    };
}
