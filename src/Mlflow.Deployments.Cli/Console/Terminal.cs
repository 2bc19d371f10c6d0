using System.Text;

namespace Mlflow.Deployments.Cli.Console;

#pragma warning disable RS0030 // This is the one place of a program that talks to its console.

/// <summary>The three streams of the program, and which of them a person sits at.</summary>
internal sealed class Terminal
{
    private readonly Lazy<TextReader> _in;

    public Terminal(Func<TextReader> input, TextWriter output, TextWriter error)
    {
        _in = new(input);
        Out = output;
        Error = error;
    }

    /// <summary>Gets standard input; opened at the first use.</summary>
    public TextReader In => _in.Value;

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public bool IsInputTerminal { get; init; }

    public bool IsOutputTerminal { get; init; }

    public bool IsErrorTerminal { get; init; }

    /// <summary>Gets the console of the process.</summary>
    /// <remarks>A stream that is no terminal is UTF-8 on every system, without a byte order mark; written when it is flushed or the buffer is full.</remarks>
    public static Terminal OfProcess()
    {
        if (OperatingSystem.IsWindows() && !System.Console.IsOutputRedirected)
        {
            System.Console.OutputEncoding = Encoding.UTF8;
        }

        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new(
            () => System.Console.IsInputRedirected ? new StreamReader(System.Console.OpenStandardInput(), utf8) : System.Console.In,
            System.Console.IsOutputRedirected ? new StreamWriter(PipeStream.OpenStandardOutput() ?? System.Console.OpenStandardOutput(), utf8) { NewLine = "\n" } : System.Console.Out,
            System.Console.IsErrorRedirected ? new StreamWriter(System.Console.OpenStandardError(), utf8) { NewLine = "\n", AutoFlush = true } : System.Console.Error)
        {
            IsInputTerminal = !System.Console.IsInputRedirected,
            IsOutputTerminal = !System.Console.IsOutputRedirected,
            IsErrorTerminal = !System.Console.IsErrorRedirected,
        };
    }
}
