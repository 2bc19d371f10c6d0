namespace Mlflow.Deployments.Dialects;

/// <summary>An answer of the catalogue of a tracking server: a list, or one endpoint.</summary>
internal sealed record MlflowServerAnswer
{
    public IReadOnlyList<MlflowServerEndpoint>? Endpoints { get; init; }

    public MlflowServerEndpoint? Endpoint { get; init; }
}
