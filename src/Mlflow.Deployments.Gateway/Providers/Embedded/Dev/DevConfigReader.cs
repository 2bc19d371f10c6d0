using System.Globalization;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Reads one map of the configuration key by key, and tells in words what is wrong with it.</summary>
internal sealed class DevConfigReader(IReadOnlyDictionary<string, object?> map, string path)
{
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Returns a text, or null where the key is missing.</summary>
    public string? Text(string key) => Find(key) switch
    {
        null => null,
        string text => text,

        // An unquoted 404 or true in YAML is meant as text where only text can stand.
        IFormattable scalar => scalar.ToString(null, CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        object other => throw Wrong(key, other, "a text"),
    };

    /// <summary>Returns a text that must be there and not be empty.</summary>
    public string RequiredText(string key) =>
        Text(key) is { Length: > 0 } text ? text : throw Wrong(key, Find(key), "a text");

    /// <summary>Returns a number within its limits.</summary>
    public double Number(string key, double defaultValue, double min, double max)
    {
        double? number = Find(key) switch
        {
            null => defaultValue,
            long whole => whole,
            int whole => whole,
            double real => real,
            _ => null,
        };
        return number >= min && number <= max
            ? number.Value
            : throw Wrong(key, Find(key), string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));
    }

    /// <summary>Returns a whole number within its limits.</summary>
    public int Integer(string key, int defaultValue, int min, int max)
    {
        double number = Number(key, defaultValue, min, max);
        return number == Math.Floor(number)
            ? (int)number
            : throw Wrong(key, number, string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));
    }

    /// <summary>Returns a list of maps, each read by a function.</summary>
    public IReadOnlyList<T> Maps<T>(string key, Func<DevConfigReader, T> read)
    {
        if (Find(key) is not { } value)
            return [];
        if (value is not IReadOnlyList<object?> list)
            throw Wrong(key, value, "a list of maps");
        return [.. list.Select((item, i) => item is IReadOnlyDictionary<string, object?> entry
            ? read(new DevConfigReader(entry, $"{path}{key}[{i}]."))
            : throw Wrong($"{key}[{i}]", item, "a map"))];
    }

    /// <summary>Checks that every key of the map was asked for: a misspelt key would otherwise do nothing.</summary>
    public void ExpectNothingElse()
    {
        string? unknown = map.Keys.Order(StringComparer.Ordinal).FirstOrDefault(key => !_known.Contains(key));
        if (unknown is not null)
            throw new FormatException($"config.{path}{unknown} is not known. Known keys here: {string.Join(", ", _known)}.");
    }

    /// <summary>Makes the error for a wrong value.</summary>
    public FormatException Wrong(string key, object? value, string expected, Exception? reason = null)
    {
        string shown = value switch
        {
            null => "missing",
            string text => $"'{text}'",
            IFormattable scalar => scalar.ToString(null, CultureInfo.InvariantCulture),
            bool flag => flag ? "true" : "false",
            IReadOnlyList<object?> => "a list",
            _ => "a map",
        };
        return new FormatException($"config.{path}{key} is {shown}; it must be {expected}.", reason);
    }

    private object? Find(string key)
    {
        _known.Add(key);
        return map.GetValueOrDefault(key);
    }
}
