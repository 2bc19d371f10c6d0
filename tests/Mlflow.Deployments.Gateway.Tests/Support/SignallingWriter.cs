using System.Globalization;

namespace Mlflow.Deployments.Gateway.Tests.Support;

/// <summary>Keeps what is written, and tells when it was first flushed.</summary>
internal sealed class SignallingWriter() : StringWriter(CultureInfo.InvariantCulture)
{
    private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Flushed => _flushed.Task;

    public override Task FlushAsync()
    {
        _flushed.TrySetResult();
        return Task.CompletedTask;
    }
}
