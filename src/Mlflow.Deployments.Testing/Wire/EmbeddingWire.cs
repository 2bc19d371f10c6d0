using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Testing.Scripts;

namespace Mlflow.Deployments.Testing.Wire;

/// <summary>Writes vectors as an MLflow AI Gateway does.</summary>
internal static class EmbeddingWire
{
    public static Script Answer(EmbeddingAnswer answer, FakeRequest request)
    {
        var script = Script.OfJson(Body(answer, request.Embedding));
        return (answer.Fault?.Apply(script) ?? script).After(answer.Delay);
    }

    private static JsonObject Body(EmbeddingAnswer answer, EmbeddingRequest? request)
    {
        var texts = request is null ? [] : Texts(request.Input).ToList();
        var data = new JsonArray();
        for (var i = 0; i < texts.Count; i++)
        {
            var vector = answer.Vector?.Invoke(texts[i]) ?? FakeVectors.Of(texts[i], answer.Dimension);
            data.Add((JsonNode)new JsonObject
            {
                ["object"] = "embedding",
                ["embedding"] = request!.EncodingFormat == EmbeddingEncodingFormat.Base64 ? Base64(vector.Span) : Numbers(vector.Span),
                ["index"] = i,
            });
        }

        return new()
        {
            ["object"] = "list",
            ["data"] = data,
            ["model"] = answer.Model,
            ["usage"] = UsageWire.Write(answer.Usage ?? UsageWire.Counted(texts.Sum(Words.Count), null)),
        };
    }

    private static IEnumerable<string> Texts(EmbeddingInput input) =>
        input.Text is { } text ? [text]
        : input.Texts is { } texts ? texts
        : input.Tokens is { } tokens ? [Join(tokens)]
        : input.TokenLists!.Select(Join);

    private static string Join(IReadOnlyList<int> tokens) => string.Join(' ', tokens.Select(token => token.ToString(CultureInfo.InvariantCulture)));

    private static JsonArray Numbers(ReadOnlySpan<float> vector)
    {
        var numbers = new JsonArray();
        foreach (var number in vector)
        {
            numbers.Add((JsonNode)number);
        }

        return numbers;
    }

    private static JsonValue Base64(ReadOnlySpan<float> vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        return JsonValue.Create(Convert.ToBase64String(bytes));
    }
}
