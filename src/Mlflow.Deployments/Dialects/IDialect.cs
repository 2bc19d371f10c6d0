using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Dialects;

/// <summary>What one kind of server is asked by: its routes, and the form of its catalogue. Knows nothing of sockets, retries or streams.</summary>
internal interface IDialect
{
    /// <summary>Asks an endpoint; one try.</summary>
    Task<HttpResponseMessage> InvokeAsync(string endpoint, RequestKind kind, JsonBody body, CancellationToken cancellationToken);

    /// <summary>Asks whether the server is well; one try.</summary>
    Task<HttpResponseMessage> GetHealthAsync(CancellationToken cancellationToken);

    /// <summary>Lists the endpoints, following every page.</summary>
    IAsyncEnumerable<DeploymentEndpoint> ListEndpointsAsync(CancellationToken cancellationToken);

    /// <summary>Gets one endpoint.</summary>
    Task<DeploymentEndpoint> GetEndpointAsync(string name, CancellationToken cancellationToken);
}
