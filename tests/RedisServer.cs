using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mlflow.Deployments.Tests.Shared;

/// <summary>A Redis server of a test's own, on a free port, without files. A test without one on the PATH is skipped, or failed if everything is required.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    /// <summary>The name of a test that stands for all that lack it.</summary>
    public const string Needed = "needs a Redis server: install it, for example with 'apt-get install redis-server'";

    private const string Program = "redis-server";

    private Process? _process;

    private RedisServer(int port) => Port = port;

    public int Port { get; }

    /// <summary>As gateways and clients take it.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{Port}");

    /// <summary>Starts one, or ends the test where there is none.</summary>
    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken = default)
    {
        SharedFolder.RequireProgram(Program, Needed);
        var server = new RedisServer(FreePort());
        await server.ResumeAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts it again, empty, on the same port.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(
            Program, ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        _process = Process.Start(start)!;
        string output = "";
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            output += line + Environment.NewLine;
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                // Read on, or a full pipe would stop the server.
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }
        throw new InvalidOperationException($"{Program} did not start: {output}");
    }

    /// <summary>Ends it at once, as if the machine were gone.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
