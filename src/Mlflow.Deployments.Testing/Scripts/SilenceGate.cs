namespace Mlflow.Deployments.Testing.Scripts;

/// <summary>Holds silent answers until the test lets them go on.</summary>
internal sealed class SilenceGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _released = New();
    private TaskCompletionSource _entered = New();

    /// <summary>Gets a task that is done once an answer is silent.</summary>
    public Task Entered
    {
        get
        {
            lock (_lock)
            {
                return _entered.Task;
            }
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _entered.TrySetResult();
            return _released.Task.WaitAsync(cancellationToken);
        }
    }

    public void Release()
    {
        lock (_lock)
        {
            _released.TrySetResult();
            (_released, _entered) = (New(), New());
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
