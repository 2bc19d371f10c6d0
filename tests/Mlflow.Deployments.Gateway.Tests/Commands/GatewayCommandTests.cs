using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mlflow.Deployments.Gateway.Commands;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Commands;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GatewayCommandTests : IDisposable
{
    private readonly SignallingWriter _output = new();
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture);
    private readonly string _file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.yaml");

    public void Dispose()
    {
        File.Delete(_file);
        _output.Dispose();
        _error.Dispose();
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Start_prints_a_line_for_each_endpoint_and_stops_when_told(CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(_file, TestGateway.Yaml("http://127.0.0.1:1"), cancellationToken);
        using var stop = new CancellationTokenSource();

        Task<int> run = GatewayCommand.RunAsync(["start", "--config-path", _file, "--port", "0"], _output, _error, stop.Token);
        await _output.Flushed.WaitAsync(cancellationToken);
        await stop.CancelAsync();

        Assert.That(await run.WaitAsync(cancellationToken), Is.Zero);
        Assert.That(_output.ToString(), Does.Contain("/gateway/chat/invocations -H").And.Contain("/gateway/embeddings/invocations -H"));
        Assert.That(_output.ToString(), Does.Not.Contain("sk-test"));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Start_on_a_port_that_is_taken_says_so_in_one_sentence(CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await File.WriteAllTextAsync(_file, TestGateway.Yaml("http://127.0.0.1:1"), cancellationToken);

        int code = await GatewayCommand.RunAsync(["start", "--config-path", _file, "--port", $"{port}"], _output, _error, cancellationToken);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(_error.ToString().Trim(), Does.StartWith($"Port {port} on 127.0.0.1 is already in use.").And.Not.Contain("\n"));
    }

    [TestCase("start", "--config-path")]
    [TestCase("validate")]
    [CancelAfter(10_000)]
    public async Task Bad_configuration_is_told_line_by_line(params string[] arguments)
    {
        await File.WriteAllTextAsync(_file, "endpoints: [{ name: a }]");

        int code = await GatewayCommand.RunAsync([.. arguments, _file], _output, _error);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain(_file).And.Contain("  line 1: endpoint 'a': endpoint_type: is missing"));
    }

    [Test]
    public async Task Validate_good_file_is_told()
    {
        await File.WriteAllTextAsync(_file, TestGateway.Yaml("http://127.0.0.1:1"));

        int code = await GatewayCommand.RunAsync(["validate", _file], _output, _error);

        Assert.That(code, Is.Zero);
        Assert.That(_output.ToString(), Does.Contain("3 endpoints"));
    }

    [Test]
    public async Task Validate_tells_of_keys_that_nothing_reads()
    {
        await File.WriteAllTextAsync(_file, TestGateway.Yaml("http://127.0.0.1:1").Replace("  - { name: completions,", "  - { name: completions, limitt: 1,", StringComparison.Ordinal));

        int code = await GatewayCommand.RunAsync(["validate", _file], _output, _error);

        Assert.That(code, Is.Zero);
        Assert.That(_error.ToString(), Does.StartWith("warning: line 5: endpoint 'completions': limitt: ").And.Contain("'limit'"));
    }

    [TestCase("--port", "70000")]
    [TestCase("start", "--host", "nowhere.example")]
    public async Task Bad_arguments_are_refused(params string[] arguments)
    {
        await File.WriteAllTextAsync(_file, TestGateway.Yaml("http://127.0.0.1:1"));

        int code = await GatewayCommand.RunAsync([.. arguments, "--config-path", _file], _output, _error);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain(arguments[^1] == "70000" ? "--port" : "nowhere.example"));
    }
}
