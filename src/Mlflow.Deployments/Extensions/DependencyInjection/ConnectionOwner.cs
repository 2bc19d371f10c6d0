using System.Collections.Concurrent;

namespace Mlflow.Deployments.Extensions.DependencyInjection;

/// <summary>Closes the connections of registered clients when the container is disposed: the factory of the handlers never does.</summary>
internal sealed class ConnectionOwner : IDisposable
{
    private readonly ConcurrentBag<IDisposable> _owned = [];

    public void Own(IDisposable handler) => _owned.Add(handler);

    public void Dispose()
    {
        while (_owned.TryTake(out var handler))
        {
            handler.Dispose();
        }
    }
}
