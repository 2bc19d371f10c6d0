using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Dialects;

/// <summary>One page of the catalogue of an MLflow AI Gateway.</summary>
internal sealed record MlflowGatewayPage : IAnswer
{
    public IReadOnlyList<MlflowGatewayEndpoint>? Endpoints { get; init; }

    public string? NextPageToken { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    ServerError? IAnswer.Error => Endpoints is null ? ServerError.In(null, Extra) : null;

    void IAnswer.Take(string? requestId, RateLimitInfo? rateLimit)
    {
    }
}
