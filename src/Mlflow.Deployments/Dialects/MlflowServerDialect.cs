using System.Runtime.CompilerServices;
using System.Text.Json;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Dialects;

/// <summary>Speaks to the gateway in MLflow's tracking server, 3.9 and later. Chat and embeddings share one route; the body tells them apart.</summary>
internal sealed class MlflowServerDialect(HttpClient http, DeployTarget target, Caller caller) : IDialect
{
    private readonly IMlflowServerApi _api = RefitClient.Create<IMlflowServerApi>(http);

    public Task<HttpResponseMessage> InvokeAsync(string endpoint, RequestKind kind, JsonBody body, CancellationToken cancellationToken) =>
        _api.InvokeAsync(endpoint, body.ToContent(), cancellationToken);

    public Task<HttpResponseMessage> GetHealthAsync(CancellationToken cancellationToken) => _api.GetHealthAsync(cancellationToken);

    public async Task<DeploymentEndpoint> GetEndpointAsync(string name, CancellationToken cancellationToken)
    {
        var call = CallContext.ForEndpoint(name, target);
        var answer = await caller.ReadAsync(
            call, token => _api.GetEndpointAsync(name, token), static json => JsonSerializer.Deserialize(json, DeployJson.Default.MlflowServerAnswer), cancellationToken).ConfigureAwait(false);
        return answer.Endpoint?.ToDeploymentEndpoint(target.Address)
            ?? throw new DeployException($"{call.What} was answered by {call.Server} without an endpoint.") { Endpoint = name };
    }

    public async IAsyncEnumerable<DeploymentEndpoint> ListEndpointsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = CallContext.ForServer("The list of endpoints", target);
        var answer = await caller.ReadAsync(
            call, _api.ListEndpointsAsync, static json => JsonSerializer.Deserialize(json, DeployJson.Default.MlflowServerAnswer), cancellationToken).ConfigureAwait(false);
        foreach (var endpoint in WireList.Of(answer.Endpoints))
        {
            yield return endpoint.ToDeploymentEndpoint(target.Address);
        }
    }
}
