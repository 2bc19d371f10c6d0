namespace Mlflow.Deployments.Dialects;

/// <summary>One page of the catalogue of an MLflow AI Gateway.</summary>
internal sealed record MlflowGatewayPage
{
    public IReadOnlyList<MlflowGatewayEndpoint>? Endpoints { get; init; }

    public string? NextPageToken { get; init; }
}
