using System.Runtime.InteropServices;

namespace Mlflow.Deployments.Cli.Console;

/// <summary>
/// Turns Ctrl-C and SIGTERM into cancelling: of the answer that is being given, where there is one, else of the whole command. A second
/// signal, after the command was told to stop, ends the process at once.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _command = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private CancellationTokenSource? _answer;

    /// <summary>Makes one that hears the signals of the process.</summary>
    public static Interrupts OfProcess()
    {
        var interrupts = new Interrupts();
        interrupts._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = interrupts.OnInterrupt()));
        interrupts._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = interrupts.OnTerminate()));
        return interrupts;
    }

    /// <summary>Gets what is cancelled when the command has to stop.</summary>
    public CancellationToken Token => _command.Token;

    /// <summary>Makes the next Ctrl-C cancel this answer only, until <see cref="EndAnswer"/>.</summary>
    public void BeginAnswer(CancellationTokenSource answer) => Volatile.Write(ref _answer, answer);

    public void EndAnswer() => Volatile.Write(ref _answer, null);

    /// <summary>Does what Ctrl-C does.</summary>
    /// <returns>Whether it was taken; if not, the process ends.</returns>
    internal bool OnInterrupt()
    {
        if (Interlocked.Exchange(ref _answer, null) is { } answer)
        {
            answer.Cancel();
            return true;
        }

        return OnTerminate();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _command.Dispose();
    }

    private bool OnTerminate()
    {
        if (_command.IsCancellationRequested)
        {
            return false;
        }

        _command.Cancel();
        return true;
    }
}
