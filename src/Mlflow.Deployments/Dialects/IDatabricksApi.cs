using Refit;

namespace Mlflow.Deployments.Dialects;

/// <summary>The routes of Databricks Model Serving (<see cref="DeployDialect.Databricks"/>), checked against MLflow 3.11's client.</summary>
internal interface IDatabricksApi
{
    [Post("/serving-endpoints/{endpoint}/invocations")]
    Task<HttpResponseMessage> InvokeAsync(string endpoint, [Body(buffered: true)] HttpContent body, CancellationToken cancellationToken);

    [Get("/api/2.0/serving-endpoints")]
    Task<HttpResponseMessage> ListEndpointsAsync(CancellationToken cancellationToken);

    [Get("/api/2.0/serving-endpoints/{name}")]
    Task<HttpResponseMessage> GetEndpointAsync(string name, CancellationToken cancellationToken);

    [Post("/api/2.0/serving-endpoints")]
    Task<HttpResponseMessage> CreateEndpointAsync([Body(buffered: true)] HttpContent body, CancellationToken cancellationToken);

    [Put("/api/2.0/serving-endpoints/{name}/config")]
    Task<HttpResponseMessage> UpdateConfigAsync(string name, [Body(buffered: true)] HttpContent body, CancellationToken cancellationToken);

    [Patch("/api/2.0/serving-endpoints/{name}/tags")]
    Task<HttpResponseMessage> UpdateTagsAsync(string name, [Body(buffered: true)] HttpContent body, CancellationToken cancellationToken);

    [Put("/api/2.0/serving-endpoints/{name}/rate-limits")]
    Task<HttpResponseMessage> UpdateRateLimitsAsync(string name, [Body(buffered: true)] HttpContent body, CancellationToken cancellationToken);

    [Put("/api/2.0/serving-endpoints/{name}/ai-gateway")]
    Task<HttpResponseMessage> UpdateAiGatewayAsync(string name, [Body(buffered: true)] HttpContent body, CancellationToken cancellationToken);

    [Delete("/api/2.0/serving-endpoints/{name}")]
    Task<HttpResponseMessage> DeleteEndpointAsync(string name, CancellationToken cancellationToken);
}
