using System.Runtime.CompilerServices;
using System.Text.Json;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Dialects;

/// <summary>Speaks to an MLflow AI Gateway: its routes, and the form of its catalogue.</summary>
internal sealed class MlflowGatewayDialect(HttpClient http, DeployTarget target, Caller caller) : IDialect
{
    private readonly IMlflowGatewayApi _api = RefitClient.Create<IMlflowGatewayApi>(http);

    public Task<HttpResponseMessage> InvokeAsync(string endpoint, RequestKind kind, JsonBody body, CancellationToken cancellationToken) =>
        _api.InvokeAsync(endpoint, body.ToContent(), cancellationToken);

    public Task<HttpResponseMessage> GetHealthAsync(CancellationToken cancellationToken) => _api.GetHealthAsync(cancellationToken);

    public async Task<DeploymentEndpoint> GetEndpointAsync(string name, CancellationToken cancellationToken)
    {
        var call = CallContext.ForEndpoint(name, target);
        var endpoint = await caller.ReadAsync(call, token => _api.GetEndpointAsync(name, token), static json => JsonSerializer.Deserialize(json, DeployJson.Default.MlflowGatewayEndpoint), cancellationToken)
            .ConfigureAwait(false);
        return endpoint.ToDeploymentEndpoint(target.Address);
    }

    public async IAsyncEnumerable<DeploymentEndpoint> ListEndpointsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = CallContext.ForServer("The list of endpoints", target);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? token = null;
        do
        {
            var asked = token;
            var page = await caller.ReadAsync(call, ct => _api.ListEndpointsAsync(asked, ct), static json => JsonSerializer.Deserialize(json, DeployJson.Default.MlflowGatewayPage), cancellationToken)
                .ConfigureAwait(false);
            foreach (var endpoint in WireList.Of(page.Endpoints))
            {
                yield return endpoint.ToDeploymentEndpoint(target.Address);
            }

            token = page.NextPageToken;
            if (!string.IsNullOrEmpty(token) && !seen.Add(token))
            {
                throw new DeployException($"{call.What} does not end: {call.Server} gives page token '{token}' a second time.");
            }
        }
        while (!string.IsNullOrEmpty(token));
    }
}
