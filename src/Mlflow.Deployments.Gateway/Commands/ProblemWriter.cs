using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Commands;

/// <summary>Tells a person what is wrong with a configuration, one line each.</summary>
internal static class ProblemWriter
{
    public static async Task WriteAsync(TextWriter error, GatewayConfigurationException exception)
    {
        await error.WriteLineAsync($"The configuration {exception.Origin} cannot be used:");
        foreach (string problem in exception.Problems)
        {
            await error.WriteLineAsync($"  {problem}");
        }
    }

    public static async Task WriteWarningsAsync(TextWriter error, GatewayConfig config)
    {
        foreach (string warning in config.Warnings)
        {
            await error.WriteLineAsync($"warning: {warning}");
        }
    }
}
