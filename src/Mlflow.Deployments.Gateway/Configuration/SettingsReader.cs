using YamlDotNet.RepresentationModel;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Reads the <c>config</c> section of a model for its provider. Keys nobody asks for are ignored.</summary>
internal sealed class SettingsReader(
    string owner, Operation operation, string? modelName, YamlMappingNode? section, ConfigurationSources sources, ConfigurationProblems problems)
{
    private readonly string _prefix = "model.config.";

    private SettingsReader(SettingsReader outer, string key, YamlMappingNode? section)
        : this(outer.Owner, outer.Operation, outer.ModelName, section, outer.Sources, outer.Problems) => _prefix = $"{outer._prefix}{key}.";

    public Operation Operation => operation;

    public string? ModelName => modelName;

    /// <summary>The environment and the files, for providers that have more to find there than keys.</summary>
    public ConfigurationSources Sources => sources;

    private string Owner => owner;

    private ConfigurationProblems Problems => problems;

    public bool Has(string key) => section?.Get(key) is not null;

    public string? Text(string key)
    {
        YamlNode? node = section?.Get(key);
        if (node is null)
        {
            return null;
        }

        if (node.AsText() is { } text)
        {
            return text;
        }

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
        {
            return null;
        }

        (string value, string source) = text is ['$', _, ..] ? (Variable(key, text[1..]), $"the environment variable {text[1..]}")
            : FileText(key, text) is { } content ? (Bare(content), "the file")
            : (Bare(text), "the key");
        if (value.Length == 0 && !text.StartsWith('$'))
        {
            Report(key, FileText(key, text) is null ? "is empty; give a key" : "names a file that is empty; put the key into it");
        }

        CheckHeader(key, value, source);
        return new Secret(value);
    }

    /// <summary>A text that is sent in a header.</summary>
    public string? HeaderText(string key)
    {
        string? text = Text(key);
        CheckHeader(key, text ?? "", "the value");
        return text;
    }

    /// <summary>An http(s) address without a slash at its end.</summary>
    public string Address(string key, string fallback)
    {
        string text = (Text(key) ?? fallback).TrimEnd('/');
        if (text.Length > 0 && !(Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && DeployTarget.IsWebAddress(uri)))
        {
            Report(key, "must be an absolute http or https address");
        }
        else if (text.AsSpan().ContainsAny('?', '#'))
        {
            Report(key, "may not have a query or a fragment, because the path of the operation comes behind it; remove what follows '?' or '#'");
        }

        return text;
    }

    /// <summary>An address that has no default.</summary>
    public string RequiredAddress(string key)
    {
        if (!Has(key))
        {
            Report(key, "is missing; give the address of the server");
        }

        return Address(key, "");
    }

    /// <summary>A mapping inside the section; an empty one when it is missing.</summary>
    public SettingsReader Section(string key)
    {
        YamlNode? node = section?.Get(key);
        if (node is not (null or YamlMappingNode))
        {
            Report(key, "must be a mapping");
        }

        return new SettingsReader(this, key, node as YamlMappingNode);
    }

    /// <summary>An environment variable that the provider's own tools read; null when it is not set or empty.</summary>
    public string? EnvironmentText(string name) => sources.Variable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The name of the model, for providers that can do nothing without it.</summary>
    public string RequiredModel()
    {
        if (string.IsNullOrEmpty(modelName))
        {
            ReportModel("is missing; add the provider's name of the model");
        }

        return modelName ?? "";
    }

    /// <summary>The whole section as plain values: texts, bool, long, double, null, lists and maps.</summary>
    public IReadOnlyDictionary<string, object?> Values() =>
        section is null ? new Dictionary<string, object?>(StringComparer.Ordinal) : (IReadOnlyDictionary<string, object?>)section.ToValue()!;

    public void Report(string key, string message) => problems.Add(owner, _prefix + key, message, section?.Get(key) ?? section);

    /// <summary>Reports a sentence that names the key itself.</summary>
    public void ReportSection(string message) => problems.Add(owner, "model", message, section);

    public void ReportModel(string message) => problems.Add(owner, "model.name", message, section);

    /// <summary>The text of a file that the setting names; null when there is no such file, or it cannot be read, which is reported.</summary>
    public string? FileText(string key, string path)
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

    private string Variable(string key, string name)
    {
        string value = Bare(sources.Variable(name) ?? "");
        if (value.Length == 0)
        {
            Report(key, $"the environment variable {name} is not set or empty; set it or write the key another way");
        }

        return value;
    }

    /// <summary>A key without the line end that an editor or <c>echo</c> puts behind it.</summary>
    private static string Bare(string text) => text.Trim([' ', '\t', '\r', '\n']);

    /// <summary>Told at the start: later it would fail every request, or the start itself with a message that holds the value.</summary>
    private void CheckHeader(string key, string value, string source)
    {
        if (value.Any(c => c is <= ' ' or > '~'))
        {
            Report(key, $"{source} holds a line break, a space or a character that is not ASCII, which a header cannot carry; give visible ASCII on one line");
        }
    }
}
