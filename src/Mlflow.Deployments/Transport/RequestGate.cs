using System.Diagnostics.CodeAnalysis;

namespace Mlflow.Deployments.Transport;

/// <summary>Lets a limited number of requests through at once; the others wait their turn.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing; disposed, it would leave those who wait in it for ever.")]
internal sealed class RequestGate(int? limit)
{
    private readonly SemaphoreSlim? _places = limit is { } count ? new(count, count) : null;

    /// <summary>Waits for a place; null where there is no limit.</summary>
    public ValueTask<RequestPlace?> EnterAsync(CancellationToken cancellationToken) => _places is null ? default : EnterAsync(_places, cancellationToken);

    private static async ValueTask<RequestPlace?> EnterAsync(SemaphoreSlim places, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new(places);
    }
}
