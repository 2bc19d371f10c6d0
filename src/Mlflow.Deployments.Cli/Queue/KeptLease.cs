namespace Mlflow.Deployments.Cli.Queue;

/// <summary>Keeps a lease alive while work is done; the token is cancelled when the lease is lost, or Redis cannot be asked for longer than it lasts.</summary>
internal sealed class KeptLease : IDisposable
{
    private readonly CancellationTokenSource _lost;
    private readonly CancellationTokenSource _ended;

    public KeptLease(Func<Task<bool>> renew, TimeSpan lease, CancellationToken cancellationToken)
    {
        _lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _lost.Token;
        Renewing = RenewAsync(renew, lease, _ended.Token);
    }

    public CancellationToken Token { get; }

    private Task Renewing { get; }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync(Func<Task<bool>> renew, TimeSpan lease, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(lease / 3);
        var renewed = TimeProvider.System.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                try
                {
                    if (!await renew())
                    {
                        break;
                    }

                    renewed = TimeProvider.System.GetTimestamp();
                }
                catch (Exception e) when (QueueConnection.IsLost(e) && TimeProvider.System.GetElapsedTime(renewed) < lease)
                {
                    // Redis may come back before the lease ends.
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return; // the work is done
        }
        catch (Exception e) when (QueueConnection.IsLost(e))
        {
            // The lease has ended by now.
        }

        if (!ended.IsCancellationRequested)
        {
            await _lost.CancelAsync();
        }
    }
}
