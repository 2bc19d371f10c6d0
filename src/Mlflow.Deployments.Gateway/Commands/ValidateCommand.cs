using System.CommandLine;
using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Commands;

/// <summary>Says whether a configuration file is good, without starting anything.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The configuration file, YAML or JSON." };
        var command = new Command("validate", "Checks a configuration file and tells everything that is wrong with it.") { file };
        command.SetAction((parse, _) => RunAsync(parse.GetValue(file)!, parse.InvocationConfiguration));
        return command;
    }

    private static async Task<int> RunAsync(string file, InvocationConfiguration console)
    {
        try
        {
            GatewayConfig config = GatewayConfiguration.Load(GatewayEnvironment.Apply(new GatewayOptions { ConfigPath = file }), out _);
            await ProblemWriter.WriteWarningsAsync(console.Error, config);
            await console.Output.WriteLineAsync($"{file} is good: {config.Endpoints.Length} endpoints, {config.Routes.Length} routes.");
            return 0;
        }
        catch (GatewayConfigurationException e)
        {
            await ProblemWriter.WriteAsync(console.Error, e);
            return 1;
        }
        catch (GatewayStartException e)
        {
            await console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}
