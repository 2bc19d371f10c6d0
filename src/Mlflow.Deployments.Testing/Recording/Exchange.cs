using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Testing.Recording;

/// <summary>A request and its answer, as a recording holds them: without secrets, and without headers of the request.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The path and the query.</param>
/// <param name="Body">The body of the request; null for none. Text that is no JSON is a string.</param>
/// <param name="Answer">What came back.</param>
internal sealed record Exchange(string Method, string Target, JsonNode? Body, RecordedAnswer Answer)
{
    /// <summary>Reads a recording.</summary>
    /// <exception cref="FormatException">The file is none.</exception>
    public static Exchange FromJson(JsonNode? json)
    {
        if (json is not JsonObject || json["request"] is not JsonObject request || json["response"] is not JsonObject response)
        {
            throw new FormatException("it has no objects 'request' and 'response'");
        }

        return new(Text(request, "method"), Text(request, "path"), request["body"]?.DeepClone(), RecordedAnswer.FromJson(response));
    }

    public JsonObject ToJson() => new()
    {
        ["request"] = new JsonObject { ["method"] = Method, ["path"] = Target, ["body"] = Body?.DeepClone() },
        ["response"] = Answer.ToJson(),
    };

    private static string Text(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new FormatException($"its request has no text '{name}'");
}
