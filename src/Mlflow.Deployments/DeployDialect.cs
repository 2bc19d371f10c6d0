namespace Mlflow.Deployments;

/// <summary>Which kind of server is asked: servers differ in routes and in the form of their catalogue.</summary>
public enum DeployDialect
{
    /// <summary>An MLflow AI Gateway with a YAML configuration (<c>mlflow gateway start</c>, or the reference gateway of this project).</summary>
    MlflowGateway = 0,

    /// <summary>The gateway in MLflow's tracking server, 3.9 and later: chat and embeddings.</summary>
    MlflowServer = 1,

    /// <summary>Databricks Model Serving.</summary>
    Databricks = 2,

    /// <summary>OpenAI, Azure OpenAI, and anything compatible: the name of an endpoint is the model, or the deployment.</summary>
    OpenAI = 3,
}
