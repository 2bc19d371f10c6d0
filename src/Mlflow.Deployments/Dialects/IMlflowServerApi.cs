using Refit;

namespace Mlflow.Deployments.Dialects;

/// <summary>The routes of the gateway in MLflow's tracking server (<see cref="DeployDialect.MlflowServer"/>), checked against MLflow 3.11.</summary>
internal interface IMlflowServerApi
{
    [Post("/gateway/{endpoint}/mlflow/invocations")]
    Task<HttpResponseMessage> InvokeAsync(string endpoint, [Body] HttpContent body, CancellationToken cancellationToken);

    [Get("/api/3.0/mlflow/gateway/endpoints/list")]
    Task<HttpResponseMessage> ListEndpointsAsync(CancellationToken cancellationToken);

    [Get("/api/3.0/mlflow/gateway/endpoints/get")]
    Task<HttpResponseMessage> GetEndpointAsync(string name, CancellationToken cancellationToken);

    [Get("/health")]
    Task<HttpResponseMessage> GetHealthAsync(CancellationToken cancellationToken);
}
