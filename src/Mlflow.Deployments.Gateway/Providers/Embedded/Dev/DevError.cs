namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>A made-up error in place of an answer.</summary>
internal sealed record DevError(int Status, string Message);
