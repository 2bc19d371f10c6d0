using System.Globalization;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Reads one map of the configuration key by key, and tells in words what is wrong with it.</summary>
/// <remarks>Reads on behind a problem, so that one run tells all; the value is then the default.</remarks>
internal sealed class DevConfigReader(IReadOnlyDictionary<string, object?> map, string path, ICollection<string> problems)
{
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Returns a text, or null where the key is missing.</summary>
    public string? Text(string key)
    {
        object? value = Find(key);
        string? text = AsText(value);
        if (text is null && value is not null)
        {
            Report(key, value, "a text");
        }

        return text;
    }

    /// <summary>Returns a text that must be there and not be empty.</summary>
    public string RequiredText(string key)
    {
        if (AsText(Find(key)) is { Length: > 0 } text)
        {
            return text;
        }

        Report(key, Find(key), "a text");
        return "";
    }

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
        if (number >= min && number <= max)
        {
            return number.Value;
        }

        Report(key, Find(key), string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));
        return defaultValue;
    }

    /// <summary>Returns a whole number within its limits.</summary>
    public int Integer(string key, int defaultValue, int min, int max)
    {
        double number = Number(key, defaultValue, min, max);
        if (number == Math.Floor(number))
        {
            return (int)number;
        }

        Report(key, number, string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));
        return defaultValue;
    }

    /// <summary>Returns a list of maps, each read by a function; null of one leaves it out.</summary>
    public IReadOnlyList<T> Maps<T>(string key, Func<DevConfigReader, T?> read)
        where T : class
    {
        if (Find(key) is not { } value)
        {
            return [];
        }

        if (value is not IReadOnlyList<object?> list)
        {
            Report(key, value, "a list of maps");
            return [];
        }
        var items = new List<T>();
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i] is not IReadOnlyDictionary<string, object?> entry)
            {
                Report($"{key}[{i}]", list[i], "a map");
            }
            else if (read(new DevConfigReader(entry, $"{path}{key}[{i}].", problems)) is { } item)
            {
                items.Add(item);
            }
        }
        return items;
    }

    /// <summary>Checks that every key of the map was asked for: a misspelt key would otherwise do nothing.</summary>
    public void ExpectNothingElse()
    {
        foreach (string unknown in map.Keys.Order(StringComparer.Ordinal).Where(key => !_known.Contains(key)))
        {
            problems.Add($"config.{path}{unknown} is not known. Known keys here: {string.Join(", ", _known)}.");
        }
    }

    /// <summary>Tells that a value is wrong.</summary>
    public void Report(string key, object? value, string expected)
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
        problems.Add($"config.{path}{key} is {shown}; it must be {expected}.");
    }

    // An unquoted 404 or true in YAML is meant as text where only text can stand.
    private static string? AsText(object? value) => value switch
    {
        string text => text,
        IFormattable scalar => scalar.ToString(null, CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        _ => null,
    };

    private object? Find(string key)
    {
        _known.Add(key);
        return map.GetValueOrDefault(key);
    }
}
