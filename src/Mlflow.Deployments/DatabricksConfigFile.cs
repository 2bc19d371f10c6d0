namespace Mlflow.Deployments;

/// <summary>
/// The file of Databricks' tools (<c>~/.databrickscfg</c>), read as Python's <c>configparser</c> reads it: <c>key = value</c> or <c>key: value</c> below
/// <c>[profile]</c>, keys in any case, whole lines of comment after <c>#</c> or <c>;</c>, deeper lines continue a value, and <c>[DEFAULT]</c> is inherited.
/// </summary>
internal sealed class DatabricksConfigFile
{
    private const string Default = "DEFAULT";
    private const string Settings = "__settings__"; // of the tools themselves; no profile

    private readonly Dictionary<string, Dictionary<string, string>> _sections = new(StringComparer.Ordinal);

    private DatabricksConfigFile()
    {
    }

    /// <summary>Gets the name of the profile that is taken when none is named.</summary>
    public string DefaultProfile =>
        _sections.TryGetValue(Settings, out var settings) && settings.GetValueOrDefault("default_profile") is { Length: > 0 } name ? name : Default;

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="FormatException">A line is none of such a file; the message has its number, never its text.</exception>
    public static DatabricksConfigFile Parse(string text)
    {
        var file = new DatabricksConfigFile();
        Dictionary<string, string>? section = null;
        string? key = null;
        var keyIndent = 0;
        var number = 0;
        foreach (var line in text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            var content = line.Trim();
            if (content.Length == 0 || content[0] is '#' or ';')
            {
                continue;
            }

            var indent = line.Length - line.TrimStart().Length;
            if (key is not null && indent > keyIndent)
            {
                section![key] = $"{section[key]}\n{content}";
            }
            else if (content[0] == '[')
            {
                var end = content.IndexOf(']', StringComparison.Ordinal);
                section = end > 1 ? file.Begin(content[1..end]) : null;
                key = section is null ? throw Bad(number, "is no [profile], or one that was there before") : null;
            }
            else
            {
                var delimiter = content.AsSpan().IndexOfAny('=', ':');
                key = delimiter > 0 ? content[..delimiter].TrimEnd().ToLowerInvariant() : throw Bad(number, "is neither [profile], key = value nor a comment");
                keyIndent = indent;
                if (section is null || !section.TryAdd(key, content[(delimiter + 1)..].TrimStart()))
                {
                    throw Bad(number, section is null ? "stands before the first [profile]" : "has a key that was there before");
                }
            }
        }

        return file;
    }

    /// <summary>Finds a profile; null when there is none of this name.</summary>
    public Section? Find(string profile)
    {
        var inherited = _sections.GetValueOrDefault(Default) ?? [];
        return profile == Settings ? null
            : profile == Default ? (inherited.Count > 0 ? new(inherited, inherited) : null)
            : _sections.TryGetValue(profile, out var values) ? new(values, inherited)
            : null;
    }

    /// <summary>Names the profiles.</summary>
    public string Describe()
    {
        var names = _sections.Keys.Where(name => name != Settings).Order(StringComparer.Ordinal).ToArray();
        return names.Length == 0 ? "none" : string.Join(", ", names);
    }

    private static FormatException Bad(int line, string why) => new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {line} {why}."));

    private Dictionary<string, string>? Begin(string name)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        return _sections.TryAdd(name, values) ? values : name == Default ? _sections[name] : null;
    }

    /// <summary>What the file says of a profile.</summary>
    /// <param name="Values">What stands in the profile itself.</param>
    /// <param name="Inherited">What stands in <c>[DEFAULT]</c>.</param>
    internal readonly record struct Section(IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> Inherited);
}
