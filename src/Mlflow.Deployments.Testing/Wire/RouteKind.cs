namespace Mlflow.Deployments.Testing.Wire;

/// <summary>What a path of the fake is for.</summary>
internal enum RouteKind
{
    Unknown,
    Invocation,
    List,
    Get,
    Health,
    Version,
}
