using Mlflow.Deployments.Dialects;

namespace Mlflow.Deployments;

public sealed partial class DeployClient
{
    /// <summary>Gets what manages endpoints; asks nobody what kind of server this is, since Databricks is known by its target.</summary>
    /// <exception cref="NotSupportedException">The server is no Databricks workspace.</exception>
    internal DatabricksDialect ToManage() => _dialects.Known switch
    {
        DatabricksDialect databricks => databricks,
        _ => throw new NotSupportedException(
            $"Endpoints are managed on Databricks only, and {_target} is asked as {(_options.Dialect ?? _target.Dialect)?.ToString() ?? "MlflowGateway or MlflowServer"}. "
            + "Make the client with the target databricks, databricks://PROFILE or the workspace's address, or set DeployClientOptions.Dialect to Databricks. "
            + "The endpoints of an MLflow gateway are those of its configuration."),
    };
}
