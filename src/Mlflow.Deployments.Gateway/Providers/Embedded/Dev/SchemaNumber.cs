using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Makes a number that fits a schema of the type number or integer.</summary>
internal readonly struct SchemaNumber
{
    // Beyond this a bound is as good as none, and sums of bounds stay within what a decimal holds.
    private const decimal Largest = 1e20m;

    private readonly decimal? _low;
    private readonly decimal? _high;
    private readonly bool _isLowOpen;
    private readonly bool _isHighOpen;
    private readonly decimal? _step;

    private SchemaNumber(JsonObject schema, bool isInteger)
    {
        (_low, _isLowOpen) = Bound(schema, "minimum", "exclusiveMinimum", decimal.Max);
        (_high, _isHighOpen) = Bound(schema, "maximum", "exclusiveMaximum", decimal.Min);
        decimal? multiple = Read(schema, "multipleOf");
        _step = multiple > 0 ? multiple : null;
        if (isInteger)
        {
            _step = Whole(_step ?? 1);
        }
    }

    /// <summary>Returns the number of the message that fits, else a small one; numbers of one list differ where the bounds leave room.</summary>
    public static decimal Make(JsonObject schema, bool isInteger, string name, int ordinal, MessageHints hints)
    {
        var range = new SchemaNumber(schema, isInteger);
        if (ordinal == 0 && hints.Number(name) is { } hint && range.Fits(hint))
        {
            return Trim(hint);
        }

        return Trim(range.Fits(ordinal + 1) ? ordinal + 1 : range.Nth(ordinal));
    }

    /// <summary>Returns the number of a keyword, or null where there is none.</summary>
    public static decimal? Read(JsonObject schema, string keyword) =>
        schema[keyword] is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) && Math.Abs(number) <= Largest
            ? number
            : null;

    // Old drafts have a flag beside the bound, newer ones a bound of its own.
    private static (decimal? Bound, bool IsOpen) Bound(JsonObject schema, string keyword, string openKeyword, Func<decimal, decimal, decimal> tighter)
    {
        decimal? closed = Read(schema, keyword);
        decimal? open = Read(schema, openKeyword);
        if (open is null)
        {
            return (closed, schema[openKeyword]?.GetValueKind() == JsonValueKind.True);
        }

        return closed is { } other && tighter(open.Value, other) != open ? (other, false) : (open, true);
    }

    private static decimal Whole(decimal step)
    {
        while (decimal.Floor(step) != step)
        {
            step *= 10;
        }

        return step;
    }

    // 3.0 is an integer to a schema, but not to every reader of JSON.
    private static decimal Trim(decimal number) => decimal.Floor(number) == number ? decimal.Round(number) : number;

    private bool Fits(decimal number) =>
        (_low is null || (_isLowOpen ? number > _low : number >= _low))
        && (_high is null || (_isHighOpen ? number < _high : number <= _high))
        && (_step is null || number % _step == 0);

    private decimal Nth(int ordinal)
    {
        decimal step = _step ?? 1;
        if (_step is null && _low is { } from && _high is { } to)
        {
            return from + ((to - from) * (ordinal + 1) / (ordinal + 2));
        }

        decimal first;
        if (_low is { } low)
        {
            first = decimal.Ceiling(low / step) * step is var up && Fits(up) ? up : up + step;
        }
        else if (_high is { } high)
        {
            first = decimal.Floor(high / step) * step is var down && Fits(down) ? down : down - step;
        }
        else
        {
            first = step;
        }

        decimal number = first + (_low is null && _high is not null ? -step * ordinal : step * ordinal);
        return Fits(number) ? number : first;
    }
}
