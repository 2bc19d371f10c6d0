namespace Mlflow.Deployments.Transport;

/// <summary>Lets a limited number of requests through at once; the others wait their turn.</summary>
internal sealed class RequestGate(int? limit) : IDisposable
{
    private readonly SemaphoreSlim? _places = limit is { } count ? new(count, count) : null;

    public Task EnterAsync(CancellationToken cancellationToken) => _places?.WaitAsync(cancellationToken) ?? Task.CompletedTask;

    public void Leave() => _places?.Release();

    public void Dispose() => _places?.Dispose();
}
