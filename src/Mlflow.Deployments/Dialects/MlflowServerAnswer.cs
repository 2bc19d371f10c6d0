using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Dialects;

/// <summary>An answer of the catalogue of a tracking server: a list, or one endpoint.</summary>
internal sealed record MlflowServerAnswer : IAnswer
{
    public IReadOnlyList<MlflowServerEndpoint>? Endpoints { get; init; }

    public MlflowServerEndpoint? Endpoint { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    ServerError? IAnswer.Error => Endpoints is null && Endpoint is null ? ServerError.In(null, Extra) : null;

    void IAnswer.Take(string? requestId, RateLimitInfo? rateLimit)
    {
    }
}
