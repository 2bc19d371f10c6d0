using System.Runtime.CompilerServices;
using System.Text.Json;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Dialects;

/// <summary>Speaks to Databricks Model Serving.</summary>
internal sealed partial class DatabricksDialect(HttpClient http, DeployTarget target, Caller caller) : IDialect
{
    private readonly IDatabricksApi _api = RefitClient.Create<IDatabricksApi>(http);

    public Task<HttpResponseMessage> InvokeAsync(string endpoint, RequestKind kind, JsonBody body, CancellationToken cancellationToken) =>
        _api.InvokeAsync(endpoint, body.ToContent(), cancellationToken);

    // There is no route for health; the list needs a valid token and costs nothing.
    public Task<HttpResponseMessage> GetHealthAsync(CancellationToken cancellationToken) => _api.ListEndpointsAsync(cancellationToken);

    public Task<DeploymentEndpoint> GetEndpointAsync(string name, CancellationToken cancellationToken) =>
        caller.ReadAsync(CallContext.ForEndpoint(name, target), token => _api.GetEndpointAsync(name, token), ReadEndpoint, cancellationToken);

    public async IAsyncEnumerable<DeploymentEndpoint> ListEndpointsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var endpoints = await caller.ReadAsync(CallContext.ForServer("The list of endpoints", target), _api.ListEndpointsAsync, ReadList, cancellationToken).ConfigureAwait(false);
        foreach (var endpoint in endpoints)
        {
            yield return endpoint;
        }
    }

    private DeploymentEndpoint? ReadEndpoint(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, DeployJson.Default.DatabricksEndpoint)?.ToDeploymentEndpoint(target.Address);

    private DeploymentEndpoint[]? ReadList(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, DeployJson.Default.DatabricksAnswer) is { } answer
            ? [.. WireList.Of(answer.Endpoints).Select(endpoint => endpoint.ToDeploymentEndpoint(target.Address))]
            : null;
}
