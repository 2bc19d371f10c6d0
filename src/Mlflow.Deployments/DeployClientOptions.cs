namespace Mlflow.Deployments;

/// <summary>x</summary>
public sealed class DeployClientOptions
{
    /// <summary>x</summary>
    public bool IncludeStreamUsage { get; set; }
}
