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

    /// <summary>A node as plain values. Only an unquoted scalar can be anything but a text.</summary>
    public static object? ToValue(this YamlNode node) => node switch
    {
        YamlMappingNode mapping => mapping.Children.ToDictionary(x => x.Key.AsText() ?? "", x => x.Value.ToValue(), StringComparer.Ordinal),
        YamlSequenceNode list => list.Children.Select(ToValue).ToList(),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => ToValue(scalar),
        _ => node.AsText(),
    };

    public static int? AsInteger(this YamlNode node) =>
        int.TryParse(node.AsText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static object? ToValue(YamlScalarNode scalar)
    {
        if (IsNull(scalar))
        {
            return null;
        }

        if (bool.TryParse(scalar.Value, out bool flag))
        {
            return flag;
        }

        if (long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            return whole;
        }

        return double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) ? real : scalar.Value;
    }
}
