using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Embeddings;

/// <summary>The answer of an embeddings endpoint.</summary>
/// <remarks>Source: MLflow AI Gateway 3.11, <c>POST /gateway/{endpoint}/invocations</c>.</remarks>
public sealed record EmbeddingResponse : IAnswer
{
    /// <summary>Gets what the answer is, <c>list</c>.</summary>
    public string? Object { get; init; }

    /// <summary>Gets the vectors in the order of the input (sorted by <see cref="Embedding.Index"/>).</summary>
    public IReadOnlyList<Embedding> Data { get; init => field = InOrder(value); } = [];

    /// <summary>Gets the model that answered, in the provider's words.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the tokens used; null when the server does not say.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Gets the server's id of the request, from the headers; null when it gives none.</summary>
    [JsonIgnore, JsonPropertyName(OwnNames.RequestId)]
    public string? RequestId { get; private set; }

    /// <summary>Gets what the server said about its limits, in the headers; null when it said nothing.</summary>
    [JsonIgnore, JsonPropertyName(OwnNames.RateLimit)]
    public RateLimitInfo? RateLimit { get; private set; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    // Servers may answer out of order; the index says which input a vector belongs to, its place in the list does not.
    private static IReadOnlyList<Embedding> InOrder(IReadOnlyList<Embedding>? list)
    {
        var data = WireList.Of(list);
        for (var i = 1; i < data.Count; i++)
        {
            if (data[i].Index < data[i - 1].Index)
            {
                return [.. data.OrderBy(embedding => embedding.Index)];
            }
        }

        return data;
    }

    bool IAnswer.IsOfAnotherKind(ReadOnlySpan<byte> json) => Data.Count == 0 && json.IndexOf("\"data\""u8) < 0;

    ServerError? IAnswer.Error => Data.Count == 0 ? ServerError.In(Object, Extra) : null;

    void IAnswer.Take(string? requestId, RateLimitInfo? rateLimit) => (RequestId, RateLimit) = (requestId, rateLimit);
}
