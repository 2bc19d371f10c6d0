using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Chat;

/// <summary>The whole answer of a chat endpoint.</summary>
/// <remarks>Source: MLflow AI Gateway 3.11, <c>POST /gateway/{endpoint}/invocations</c>. <c>ToString()</c> tells lengths, never texts.</remarks>
public sealed record ChatResponse : IAnswer
{
    /// <summary>Gets the provider's id of the answer; null when it gives none.</summary>
    public string? Id { get; init; }

    /// <summary>Gets what the answer is, <c>chat.completion</c>.</summary>
    public string? Object { get; init; }

    /// <summary>Gets when the answer was made, in seconds since 1970-01-01 UTC.</summary>
    public long? Created { get; init; }

    /// <summary>Gets the model that answered, in the provider's words.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the provider that answered; null before MLflow 3.11 and on servers that do not say.</summary>
    public string? Provider { get; init; }

    /// <summary>Gets the answers, as many as <see cref="ChatRequest.N"/> asked for, in the server's order.</summary>
    public IReadOnlyList<ChatChoice> Choices { get; init => field = WireList.Of(value); } = [];

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

    /// <summary>Gets the text of the first answer; empty when it has none, for example when it only calls tools.</summary>
    [JsonIgnore, JsonPropertyName(OwnNames.Text)]
    public string Text => Choices.Count > 0 ? Choices[0].Message.Content ?? string.Empty : string.Empty;

    /// <summary>Describes the answer without its texts.</summary>
    /// <returns>The id, the model and the number of answers.</returns>
    public override string ToString() => $"ChatResponse {{ Id = {Id}, Model = {Model}, Choices = {ShortText.Describe(Choices)} }}";

    bool IAnswer.IsOfAnotherKind(ReadOnlySpan<byte> json) => Choices.Count == 0 && json.IndexOf("\"choices\""u8) < 0;

    ServerError? IAnswer.Error => Choices.Count == 0 ? ServerError.In(Object, Extra) : null;

    void IAnswer.Take(string? requestId, RateLimitInfo? rateLimit) => (RequestId, RateLimit) = (requestId, rateLimit);
}
