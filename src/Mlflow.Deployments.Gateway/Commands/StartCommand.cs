using System.CommandLine;
using System.Globalization;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Http;
using Mlflow.Deployments.Gateway.Telemetry;

namespace Mlflow.Deployments.Gateway.Commands;

/// <summary>Starts the gateway and waits for Ctrl-C or SIGTERM.</summary>
internal static class StartCommand
{
    public static void AddTo(Command command)
    {
        var config = new Option<string?>("--config-path")
        {
            Description = $"The configuration file, YAML or JSON. Default: {EnvironmentNames.Config}, else a built-in configuration that needs no key.",
        };
        var host = new Option<string>("--host")
        {
            Description = "The address to listen on.",
            DefaultValueFactory = _ => GatewayOptions.Defaults.Host,
        };
        var port = new Option<int>("--port")
        {
            Description = "The port to listen on; 0 takes a free one.",
            DefaultValueFactory = _ => GatewayOptions.Defaults.Port,
        };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value) && value is < 0 or > 65535)
            {
                result.AddError("--port must be from 0 to 65535.");
            }
        });
        command.Add(config);
        command.Add(host);
        command.Add(port);
        command.SetAction((parse, cancellationToken) => RunAsync(
            parse.GetValue(config), parse.GetValue(host)!, parse.GetValue(port), parse.InvocationConfiguration, cancellationToken));
    }

    private static async Task<int> RunAsync(
        string? configPath, string host, int port, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        try
        {
            using ILoggerFactory loggerFactory = LoggerFactory.Create(logging => logging
                .SetMinimumLevel(LogLevel.Warning)
                // A port that is taken is told in one sentence; the host would add its stack trace.
                .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
                // This program writes them itself, to the error stream.
                .AddFilter(Log.ConfigurationCategory, LogLevel.None)
                .AddSimpleConsole(format => format.SingleLine = true));
            GatewayOptions options = GatewayEnvironment.Apply(new GatewayOptions
            {
                ConfigPath = configPath,
                Host = host,
                Port = port,
                LoggerFactory = loggerFactory,
            });
            await using GatewayApplication gateway = await GatewayApplication.StartAsync(options, cancellationToken);
            await ProblemWriter.WriteWarningsAsync(console.Error, gateway.Config);
            await WriteGreetingAsync(gateway, console.Output);
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), stopped))
            {
                await stopped.Task;
            }

            await gateway.StopAsync(CancellationToken.None);
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

    private static async Task WriteGreetingAsync(GatewayApplication gateway, TextWriter output)
    {
        string address = gateway.Address.GetLeftPart(UriPartial.Authority);
        await output.WriteLineAsync($"MLflow AI Gateway on {address} (Ctrl-C stops it; {address}/docs tells more)");
        foreach ((string name, Operation operation, string model) in CurlExamples.Names(gateway.Config))
        {
            await output.WriteLineAsync();
            await output.WriteLineAsync($"{name} ({operation.ToEndpointType()}, {model})");
            await output.WriteLineAsync($"  {CurlExamples.For(address, name, operation)}");
        }
        await output.FlushAsync();
    }
}
