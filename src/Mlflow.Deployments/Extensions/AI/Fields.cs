using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>Carries fields of the wire between our <c>Extra</c> and the <c>AdditionalProperties</c> of Microsoft.Extensions.AI, under the same names.</summary>
internal static class Fields
{
    /// <summary>The property that asks for a schema to be kept to, of tools and of options, as for Microsoft's own OpenAI client.</summary>
    public const string Strict = "strict";

    /// <summary>Returns the fields that came, without those that have a place of their own.</summary>
    public static AdditionalPropertiesDictionary? Incoming(IEnumerable<KeyValuePair<string, JsonElement>>? extra, params ReadOnlySpan<string> without)
    {
        AdditionalPropertiesDictionary? properties = null;
        foreach (var (name, value) in extra ?? [])
        {
            if (!Contains(without, name))
            {
                (properties ??= [])[name] = value;
            }
        }

        return properties;
    }

    /// <summary>
    /// Returns the properties of a message, a content or a tool that go out: JSON, texts, numbers and truth values. Decorators and agents keep
    /// things of their own there (other objects, and names that begin with an underscore), which no server knows; those stay here.
    /// </summary>
    public static Dictionary<string, JsonElement>? Outgoing(IEnumerable<KeyValuePair<string, object?>>? properties, string argumentName, params ReadOnlySpan<string> without)
    {
        Dictionary<string, JsonElement>? extra = null;
        foreach (var (name, value) in properties ?? [])
        {
            if (!name.StartsWith('_') && !Contains(without, name) && IsJson(value))
            {
                (extra ??= new(StringComparer.Ordinal))[name] = AIJson.ToElement(value, $"The property '{name}'", argumentName);
            }
        }

        return extra;
    }

    /// <summary>Returns the fields of a request: those given with a request of ours, then the properties of the options, then what follows from the other options.</summary>
    public static Dictionary<string, JsonElement>? OfRequest(
        IDictionary<string, JsonElement>? given, AdditionalPropertiesDictionary? properties, params ReadOnlySpan<(string Name, object? Value)> more)
    {
        var extra = given is null ? new Dictionary<string, JsonElement>(StringComparer.Ordinal) : new(given, StringComparer.Ordinal);
        foreach (var (name, value) in properties ?? [])
        {
            if (name != Strict && !extra.ContainsKey(name))
            {
                extra[name] = AIJson.ToElement(value, $"AdditionalProperties[\"{name}\"]", "options");
            }
        }

        foreach (var (name, value) in more)
        {
            if (value is not null && !extra.ContainsKey(name))
            {
                extra[name] = AIJson.ToElement(value, name, "options");
            }
        }

        return extra.Count == 0 ? null : extra;
    }

    /// <summary>Returns the truth value of <see cref="Strict"/>, in any case of its letters; null when it is not given.</summary>
    public static bool? StrictOf(IEnumerable<KeyValuePair<string, object?>>? properties)
    {
        foreach (var (name, value) in properties ?? [])
        {
            if (name.Equals(Strict, StringComparison.OrdinalIgnoreCase))
            {
                return value switch
                {
                    bool isStrict => isStrict,
                    JsonElement { ValueKind: JsonValueKind.True } => true,
                    JsonElement { ValueKind: JsonValueKind.False } => false,
                    _ => null,
                };
            }
        }

        return null;
    }

    private static bool Contains(ReadOnlySpan<string> names, string name)
    {
        foreach (var known in names)
        {
            if (known == name)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsJson(object? value) =>
        value is JsonElement { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } or JsonNode or string or bool or int or long or float or double or decimal;
}
