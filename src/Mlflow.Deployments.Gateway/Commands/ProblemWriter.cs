namespace Mlflow.Deployments.Gateway.Commands;

/// <summary>Tells a person what is wrong with a configuration, one line each.</summary>
internal static class ProblemWriter
{
    public static async Task WriteAsync(TextWriter error, GatewayConfigurationException exception)
    {
        foreach (string problem in exception.Problems)
            await error.WriteLineAsync(problem);
    }
}
