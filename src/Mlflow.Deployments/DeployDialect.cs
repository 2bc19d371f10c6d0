namespace Mlflow.Deployments;

/// <summary>Which kind of server is asked: servers differ in routes and in the form of their catalogue.</summary>
public enum DeployDialect
{
    /// <summary>An MLflow AI Gateway with a YAML configuration (<c>mlflow gateway start</c>, or the reference gateway of this project).</summary>
    MlflowGateway = 0,
}
