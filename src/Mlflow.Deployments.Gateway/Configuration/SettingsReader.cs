using YamlDotNet.RepresentationModel;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Reads the <c>config</c> section of a model for its provider. Keys nobody asks for are ignored.</summary>
internal sealed class SettingsReader(
    string owner, Operation operation, string? modelName, YamlMappingNode? section, ConfigurationSources sources, ConfigurationProblems problems)
{
    private const string Prefix = "model.config.";

    public Operation Operation => operation;

    public string? ModelName => modelName;

    public bool Has(string key) => section?.Get(key) is not null;

    public string? Text(string key)
    {
        YamlNode? node = section?.Get(key);
        if (node is null)
            return null;
        if (node.AsText() is { } text)
            return text;
        Report(key, "must be a text");
        return null;
    }

    public string RequiredText(string key)
    {
        if (!Has(key))
        {
            Report(key, "is missing; add it");
            return "";
        }
        return Text(key) ?? "";
    }

    /// <summary>A key: the value of an environment variable (<c>$NAME</c>), the text of a file, or the key itself.</summary>
    public Secret RequiredKey(string key)
    {
        if (!Has(key))
        {
            Report(key, "is missing; give the key, $NAME of an environment variable that holds it, or the path of a file that holds it");
            return new Secret("");
        }
        return Key(key) ?? new Secret("");
    }

    public Secret? Key(string key)
    {
        if (Text(key) is not { } text)
            return null;
        if (text is ['$', _, ..])
            return new Secret(Variable(key, text[1..]));
        string value = (FileText(key, text) ?? text).Trim();
        if (value.Length == 0)
            Report(key, "is empty; give a key");
        else if (value.Any(char.IsControl))
            Report(key, "the key has more than one line or control characters; a header cannot carry it");
        return new Secret(value);
    }

    /// <summary>An http(s) address without a slash at its end.</summary>
    public string Address(string key, string fallback)
    {
        string text = (Text(key) ?? fallback).TrimEnd('/');
        if (text.Length > 0 && !(Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"))
            Report(key, "must be an absolute http or https address");
        return text;
    }

    /// <summary>The whole section as plain values: texts, bool, long, double, null, lists and maps.</summary>
    public IReadOnlyDictionary<string, object?> Values() =>
        section is null ? new Dictionary<string, object?>(StringComparer.Ordinal) : (IReadOnlyDictionary<string, object?>)section.ToValue()!;

    public void Report(string key, string message) => problems.Add(owner, Prefix + key, message, section?.Get(key) ?? section);

    /// <summary>Reports a sentence that names the key itself.</summary>
    public void ReportSection(string message) => problems.Add(owner, "model", message, section);

    public void ReportModel(string message) => problems.Add(owner, "model.name", message, section);

    private string Variable(string key, string name)
    {
        string value = sources.Variable(name)?.Trim() ?? "";
        if (value.Length == 0)
            Report(key, $"the environment variable {name} is not set; set it or write the key another way");
        return value;
    }

    private string? FileText(string key, string path)
    {
        try
        {
            return sources.FileText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(key, $"names a file that cannot be read ({e.GetType().Name})");
            return null;
        }
    }
}
