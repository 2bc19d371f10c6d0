namespace Mlflow.Deployments.Cli.Tests.Support;

/// <summary>Does something when a text has been written for the first time.</summary>
internal sealed class SignallingWriter(string awaited, Action seen) : StringWriter
{
    private bool _isSeen;

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        if (!_isSeen && ToString().Contains(awaited, StringComparison.Ordinal))
        {
            _isSeen = true;
            seen();
        }

        return Task.CompletedTask;
    }
}
