using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mlflow.Deployments.Tests.Shared;

namespace Mlflow.Deployments.Cli.Tests.Support;

/// <summary>The program in a terminal of its own, made by <c>script</c> of util-linux: what is typed goes through the terminal's line discipline, Ctrl-C too.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    /// <summary>The name of a test that stands for all that lack it.</summary>
    public const string Needed = "needs 'script' of util-linux";

    public const string CtrlC = "\u0003";

    private readonly Process _process;
    private readonly StringBuilder _seen = new();
    private readonly char[] _buffer = new char[4096];

    private int _position;

    private PseudoTerminal(Process process) => _process = process;

    /// <summary>Gets all that was shown so far, with the terminal's control sequences.</summary>
    public string Seen => _seen.ToString();

    public static PseudoTerminal Start(int columns, string target, params IEnumerable<string> arguments)
    {
        SharedFolder.RequireProgram("script", Needed);
        // Whoever runs tests in the background ignores SIGINT, and a child inherits that.
        var command = "env --default-signal=INT " + string.Join(' ', new[] { "dotnet", CliProcess.Path }.Concat(arguments).Select(argument => $"'{argument}'"));
        var start = new ProcessStartInfo("script", ["-q", "-e", "-c", string.Create(CultureInfo.InvariantCulture, $"stty cols {columns} rows 24; exec {command}"), "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["MLFLOW_DEPLOYMENTS_TARGET"] = target;
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["SHELL"] = "/bin/sh";
        return new(Process.Start(start)!);
    }

    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Reads on until a text has been shown after the one that was waited for before.</summary>
    public async Task UntilAsync(string text, CancellationToken cancellationToken)
    {
        int found;
        while ((found = Seen.IndexOf(text, _position, StringComparison.Ordinal)) < 0)
        {
            if (!await ReadAsync(cancellationToken))
            {
                throw new InvalidOperationException($"The program ended before it showed '{text}': {_seen}");
            }
        }

        _position = found + text.Length;
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>What the program ended with.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        while (await ReadAsync(cancellationToken))
        {
        }

        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await _process.StandardOutput.ReadAsync(_buffer, cancellationToken);
        _seen.Append(_buffer, 0, read);
        return read > 0;
    }
}
