namespace Mlflow.Deployments.Testing;

/// <summary>The stubs of a fake. Thread-safe.</summary>
internal sealed class StubList
{
    private readonly Lock _lock = new();
    private readonly List<IEndpointStub> _stubs = [];

    /// <summary>Adds a stub, unless it is there already.</summary>
    public void Add(IEndpointStub stub)
    {
        lock (_lock)
        {
            if (!_stubs.Contains(stub))
            {
                _stubs.Add(stub);
            }
        }
    }

    /// <summary>Returns the stubs in the order in which they were made.</summary>
    public IReadOnlyList<IEndpointStub> All()
    {
        lock (_lock)
        {
            return [.. _stubs];
        }
    }
}
