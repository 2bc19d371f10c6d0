using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mlflow.Deployments.Tests.Shared;

namespace Mlflow.Deployments.Cli.Tests.Support;

/// <summary>A real Redis server of one test, on a free port and with a folder of its own.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private RedisServer(Process process, DirectoryInfo folder, int port) => (_process, _folder, Url) = (process, folder, $"redis://127.0.0.1:{port}");

    public string Url { get; }

    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken)
    {
        SharedFolder.RequireProgram("redis-server", "needs redis-server: install it, for example with 'apt-get install redis-server'");
        var folder = Directory.CreateTempSubdirectory();
        for (var attempt = 0; ; attempt++)
        {
            var port = FreePort();
            var start = new ProcessStartInfo("redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--dir", folder.FullName]) { RedirectStandardOutput = true, UseShellExecute = false };
            var process = Process.Start(start)!;
            if (await IsReadyAsync(process, cancellationToken))
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None); // so that its log cannot fill the pipe
                return new(process, folder, port);
            }

            process.Dispose(); // another program took the port in between
            Assert.That(attempt, Is.LessThan(5), "redis-server does not start");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<bool> IsReadyAsync(Process process, CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
