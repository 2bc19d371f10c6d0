namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>What an endpoint does; its type in the configuration.</summary>
internal enum Operation
{
    Chat,
    Completions,
    Embeddings,
}
