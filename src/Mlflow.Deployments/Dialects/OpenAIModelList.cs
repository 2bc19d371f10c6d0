using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Dialects;

/// <summary>The list of models as OpenAI's API gives it.</summary>
internal sealed record OpenAIModelList : IAnswer
{
    public IReadOnlyList<OpenAIModel>? Data { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    ServerError? IAnswer.Error => Data is null ? ServerError.In(null, Extra) : null;

    void IAnswer.Take(string? requestId, RateLimitInfo? rateLimit)
    {
    }
}
