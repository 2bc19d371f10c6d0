using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Reads YAML nodes without any object mapping.</summary>
internal static class YamlAccess
{
    /// <summary>The value under a key; null when the key is missing or has no value.</summary>
    public static YamlNode? Get(this YamlMappingNode mapping, string key) =>
        mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? node) && !IsNull(node) ? node : null;

    public static bool Has(this YamlMappingNode mapping, string key) => mapping.Children.ContainsKey(new YamlScalarNode(key));

    public static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    /// <summary>The text of a scalar; null for a list or a mapping.</summary>
    public static string? AsText(this YamlNode node) => (node as YamlScalarNode)?.Value;

    public static int? AsInteger(this YamlNode node) =>
        int.TryParse(node.AsText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null;
}
