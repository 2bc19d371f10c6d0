using System.Diagnostics.CodeAnalysis;

namespace Mlflow.Deployments.Transport;

/// <summary>A place among the requests under way. It is given back once, and also when a caller forgets to dispose an enumerator of a stream.</summary>
internal sealed class RequestPlace(SemaphoreSlim places) : IDisposable
{
    private int _isLeft;

    [SuppressMessage("Design", "MA0055", Justification = "An enumerator that is dropped in the middle of a stream tells nobody else; its place would be lost for the life of the client.")]
    ~RequestPlace() => Leave();

    public void Dispose()
    {
        Leave();
        GC.SuppressFinalize(this);
    }

    private void Leave()
    {
        if (Interlocked.Exchange(ref _isLeft, 1) == 0)
        {
            places.Release();
        }
    }
}
