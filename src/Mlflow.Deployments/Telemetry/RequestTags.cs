using System.Diagnostics;
using System.Text.Json;

namespace Mlflow.Deployments.Telemetry;

/// <summary>Puts the parameters of a request on its span. Read from the JSON that is sent, so that typed and untyped requests are told alike.</summary>
internal static class RequestTags
{
    public static void Set(Activity span, JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var field in request.EnumerateObject())
        {
            (string? Name, object? Value) tag = field.Name switch
            {
                "temperature" => (Names.RequestTemperature, Number(field.Value)),
                "top_p" => (Names.RequestTopP, Number(field.Value)),
                "top_k" => (Names.RequestTopK, Number(field.Value)),
                "frequency_penalty" => (Names.RequestFrequencyPenalty, Number(field.Value)),
                "presence_penalty" => (Names.RequestPresencePenalty, Number(field.Value)),
                "max_tokens" or "max_completion_tokens" => (Names.RequestMaxTokens, WholeNumber(field.Value)),
                "n" => (Names.RequestChoiceCount, WholeNumber(field.Value) is long and not 1 and var count ? count : null),
                "seed" => (Names.RequestSeed, WholeNumber(field.Value)),
                "stop" => (Names.RequestStopSequences, Texts(field.Value)),
                "dimensions" => (Names.EmbeddingDimensions, WholeNumber(field.Value)),
                "encoding_format" => (Names.RequestEncodingFormats, Texts(field.Value)),
                "response_format" => (Names.OutputType, OutputType(field.Value)),
                _ => default,
            };
            if (tag is { Name: { } name, Value: { } value })
            {
                span.SetTag(name, value);
            }
        }
    }

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static long? WholeNumber(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static string[]? Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        _ => null,
    };

    private static string? OutputType(JsonElement format) =>
        format.ValueKind == JsonValueKind.Object && format.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            ? type.GetString() == "text" ? "text" : "json"
            : null;
}
