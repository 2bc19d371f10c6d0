namespace Mlflow.Deployments.Dialects;

/// <summary>The catalogue of Databricks Model Serving.</summary>
internal sealed record DatabricksAnswer
{
    public IReadOnlyList<DatabricksEndpoint>? Endpoints { get; init; }
}
