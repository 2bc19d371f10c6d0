using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Collects what is wrong with a configuration, one line each, so that one run tells everything.</summary>
internal sealed class ConfigurationProblems
{
    private readonly List<string> _lines = [];

    private readonly List<string> _warnings = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>What may be a slip, but does not keep the configuration from being used.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Adds a problem.</summary>
    /// <param name="owner">What it is about: "endpoint 'chat'".</param>
    /// <param name="key">The path of the key inside the owner; empty when it is about the owner as a whole.</param>
    /// <param name="message">What is wrong and what to do. Never a value that may be a secret.</param>
    /// <param name="node">Where in the file.</param>
    public void Add(string owner, string key, string message, YamlNode? node = null) => _lines.Add(Line(owner, key, message, node));

    public void Add(string message) => _lines.Add(message);

    /// <inheritdoc cref="Add(string, string, string, YamlNode?)"/>
    public void Warn(string owner, string key, string message, YamlNode node) => _warnings.Add(Line(owner, key, message, node));

    private static string Line(string owner, string key, string message, YamlNode? node)
    {
        string line = node is { Start.Line: > 0 } ? string.Create(CultureInfo.InvariantCulture, $"line {node.Start.Line}: ") : "";
        return $"{line}{owner}{(key.Length > 0 ? ": " : "")}{key}: {message}";
    }
}
