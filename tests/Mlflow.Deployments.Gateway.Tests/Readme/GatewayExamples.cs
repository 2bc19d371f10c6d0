using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Readme;

/// <summary>What examples stand on: a gateway of their own, a client of it, and a console that tests look at.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class GatewayExamples : IAsyncDisposable
{
    private readonly StringWriter _console = new();
    private GatewayApplication? _gateway;

    // The examples say Console and client, as programs do.
    protected StringWriter Console => _console;

    protected DeployClient client { get; private set; } = null!;

    protected string Printed => _console.ToString();

    [SetUp]
    public async Task StartAsync()
    {
        _gateway = await GatewayApplication.StartAsync(new() { Port = 0 });
        client = new DeployClient(_gateway.Address.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        await _console.DisposeAsync();
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
