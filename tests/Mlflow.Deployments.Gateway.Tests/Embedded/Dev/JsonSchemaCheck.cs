using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Gateway.Tests.Embedded.Dev;

/// <summary>Checks a value against the keywords that the generated schemas of the tests use.</summary>
internal static class JsonSchemaCheck
{
    public static bool IsValid(JsonNode? value, JsonObject schema) => schema["type"]!.GetValue<string>() switch
    {
        "object" => value is JsonObject map && IsValidObject(map, schema),
        "array" => value is JsonArray list && IsValidArray(list, schema),
        "string" => IsKind(value, JsonValueKind.String) && IsValidText(value!.GetValue<string>(), schema),
        "integer" => IsKind(value, JsonValueKind.Number) && IsValidNumber(value!, schema) && value!.ToJsonString().All(c => char.IsAsciiDigit(c) || c == '-'),
        "number" => IsKind(value, JsonValueKind.Number) && IsValidNumber(value!, schema),
        "boolean" => IsKind(value, JsonValueKind.True),
        _ => value is null,
    };

    private static bool IsKind(JsonNode? value, JsonValueKind kind) => value?.GetValueKind() == kind;

    private static bool IsValidObject(JsonObject map, JsonObject schema) =>
        schema["required"]!.AsArray().All(name => map.ContainsKey(name!.GetValue<string>()))
        && map.All(p => schema["properties"]![p.Key] is JsonObject property && IsValid(p.Value, property));

    private static bool IsValidArray(JsonArray list, JsonObject schema) =>
        list.Count >= schema["minItems"]!.GetValue<int>() && list.All(item => IsValid(item, schema["items"]!.AsObject()));

    private static bool IsValidText(string text, JsonObject schema) =>
        schema["enum"] is JsonArray choices
            ? choices.Any(c => c!.GetValue<string>() == text)
            : text.Length >= schema["minLength"]!.GetValue<int>() && text.Length <= schema["maxLength"]!.GetValue<int>();

    private static bool IsValidNumber(JsonNode value, JsonObject schema)
    {
        decimal number = decimal.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
        return number >= schema["minimum"]!.GetValue<int>() && number <= schema["maximum"]!.GetValue<int>();
    }
}
