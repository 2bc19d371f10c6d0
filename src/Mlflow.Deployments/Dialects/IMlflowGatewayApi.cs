using Refit;

namespace Mlflow.Deployments.Dialects;

/// <summary>The routes of an MLflow AI Gateway with a YAML configuration (<see cref="DeployDialect.MlflowGateway"/>), checked against MLflow 3.11.</summary>
internal interface IMlflowGatewayApi
{
    [Post("/gateway/{endpoint}/invocations")]
    Task<HttpResponseMessage> InvokeAsync(string endpoint, [Body] HttpContent body, CancellationToken cancellationToken);

    [Get("/api/2.0/endpoints/")]
    Task<HttpResponseMessage> ListEndpointsAsync([AliasAs("page_token")] string? pageToken, CancellationToken cancellationToken);

    [Get("/api/2.0/endpoints/{name}")]
    Task<HttpResponseMessage> GetEndpointAsync(string name, CancellationToken cancellationToken);

    [Get("/health")]
    Task<HttpResponseMessage> GetHealthAsync(CancellationToken cancellationToken);
}
