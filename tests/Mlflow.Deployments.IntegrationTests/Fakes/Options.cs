namespace Mlflow.Deployments.IntegrationTests.Fakes;

/// <summary>Options for clients of fakes.</summary>
internal static class Options
{
    /// <summary>Says the dialect, so that the fake sees only the requests that the test is about; finding it out has tests of its own.</summary>
    public static DeployClientOptions ForGateway(DeployClientOptions? options = null)
    {
        options ??= new();
        options.Dialect ??= DeployDialect.MlflowGateway;
        options.LoggerFactory ??= SecretWatch.Log;
        SecretWatch.Look(options);
        return options;
    }
}
