using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>The client events that one upstream event gave.</summary>
internal sealed class EventBatch : IDisposable
{
    private readonly List<int> _ends = [];

    /// <summary>Where the next event is written.</summary>
    public PooledBuffer Buffer { get; } = new();

    public int Count => _ends.Count;

    public ReadOnlyMemory<byte> this[int index] => Buffer.WrittenMemory[(index == 0 ? 0 : _ends[index - 1]).._ends[index]];

    /// <summary>Ends the event that was written last.</summary>
    public void Commit() => _ends.Add(Buffer.Count);

    /// <summary>Forgets what was written since the last <see cref="Commit"/>.</summary>
    public void Discard() => Buffer.Truncate(_ends.Count == 0 ? 0 : _ends[^1]);

    public void Clear()
    {
        _ends.Clear();
        Buffer.Truncate(0);
    }

    public void Dispose() => Buffer.Dispose();
}
