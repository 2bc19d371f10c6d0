using System.Text.Json;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>Finds out what columns rows of JSON objects have: one for each field name, of the narrowest type that holds all its values.</summary>
internal sealed class JsonColumns
{
    private const long LargestExact = 1L << 53; // whole numbers that a double holds exactly

    private readonly Dictionary<string, Kinds> _kinds = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    [Flags]
    private enum Kinds
    {
        None = 0,
        Boolean = 1,
        Integer = 2,
        LargeInteger = 4,
        Number = 8,
        Text = 16,
        Other = 32,
    }

    /// <summary>Reads a whole source.</summary>
    /// <returns>The columns in the order in which their names come up.</returns>
    public static async Task<IReadOnlyList<(string Name, Type Type)>> FindAsync(RowSource source, CancellationToken cancellationToken)
    {
        var columns = new JsonColumns();
        await using var reader = await source.OpenAsync(withFields: true, cancellationToken);
        await foreach (var row in reader.ReadAsync(cancellationToken))
        {
            if (row.Problem is null)
            {
                columns.Add(row.Json.Span);
            }
        }

        return [.. columns._names.Select(name => (name, TypeOf(columns._kinds[name])))];
    }

    private static Type TypeOf(Kinds kinds) => kinds switch
    {
        Kinds.Boolean => typeof(bool),
        Kinds.Integer or Kinds.LargeInteger or (Kinds.Integer | Kinds.LargeInteger) => typeof(long),
        Kinds.Number or (Kinds.Number | Kinds.Integer) => typeof(double),
        _ => typeof(string), // texts as they are, all else as JSON
    };

    private void Add(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!_kinds.TryGetValue(name, out var kinds))
            {
                _names.Add(name);
            }

            _kinds[name] = kinds | KindOf(ref reader);
            reader.Skip();
        }
    }

    private static Kinds KindOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => Kinds.None,
        JsonTokenType.True or JsonTokenType.False => Kinds.Boolean,
        JsonTokenType.String => Kinds.Text,
        JsonTokenType.Number => reader.TryGetInt64(out var number) ? (number is >= -LargestExact and <= LargestExact ? Kinds.Integer : Kinds.LargeInteger)
            : reader.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0 ? Kinds.Number
            : Kinds.Other,
        _ => Kinds.Other,
    };
}
