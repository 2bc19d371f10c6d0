using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Telemetry;

namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>
/// One run: a reader begins batches as places in the window come free, and the caller's loop hands their texts out in order. The window is
/// what bounds memory: a batch keeps its place until its turn has come, so that a slow one soon holds all others.
/// </summary>
internal sealed class BatchRun : IDisposable
{
    private readonly BatchJob _job;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _window;
    private readonly RequestPacer _pacer;
    private readonly BatchLimits _limits;
    private readonly BatchWorker _worker;
    private readonly Channel<TextBatch> _begun = Channel.CreateUnbounded<TextBatch>(new() { SingleReader = true, SingleWriter = true });
    private Exception? _failure;

    private BatchRun(BatchJob job, CancellationToken caller)
    {
        _job = job;
        _caller = caller;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _window = new(job.Window);
        _pacer = new(job, _stop.Token);
        _limits = new(job.Options);
        _worker = new(job, _limits, _pacer);
    }

    /// <summary>Gets why the run ended before its texts did; null when it did not, or its caller left the loop.</summary>
    private Exception? Failure => _caller.IsCancellationRequested ? new OperationCanceledException(_caller) : _failure;

    public static async IAsyncEnumerable<EmbeddedText> EmbedAsync(BatchJob job, IAsyncEnumerable<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var run = new BatchRun(job, cancellationToken);
        var progress = new ProgressMeter(job, run._worker);
        using var operation = job.Observe(); // the current span of the reader, and so of every request

        // Other sources are read on the pool: they may block, and the caller's thread may be one that must not.
        var reading = job.IsList ? run.ReadAsync(texts) : Task.Run(() => run.ReadAsync(texts), CancellationToken.None);
        try
        {
            await foreach (var batch in run._begun.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                await batch.Done.ConfigureAwait(false);
                run.ThrowIfStopped();
                run._window.Release();
                progress.Report(batch);
                foreach (var (index, slot) in batch.Items)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    operation?.Embedded();
                    yield return new() { Index = index, Text = slot.Text, Vector = slot.Vector, Error = slot.Failure is null ? null : BatchErrors.Refused(index, slot, job.Endpoint) };
                }
            }

            run.ThrowIfStopped();
            operation?.Completed();
        }
        finally
        {
            operation.Ended(job.Requests, run.Failure);
            await run.StopAsync(reading).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _pacer.Dispose();
        _window.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync(IAsyncEnumerable<string> texts)
    {
        try
        {
            var source = texts.GetAsyncEnumerator(_stop.Token);
            await using (source.ConfigureAwait(false))
            {
                var reader = new BatchReader(source, _job, _limits);
                while (true)
                {
                    await _window.WaitAsync(_stop.Token).ConfigureAwait(false);
                    if (await reader.NextAsync(_stop.Token).ConfigureAwait(false) is not { } batch)
                    {
                        return;
                    }

                    batch.Done = EmbedAsync(batch);
                    _begun.Writer.TryWrite(batch);
                }
            }
        }
        catch (Exception e)
        {
            await FailAsync(e).ConfigureAwait(false);
        }
        finally
        {
            _begun.Writer.Complete();
        }
    }

    private async Task EmbedAsync(TextBatch batch)
    {
        try
        {
            await _worker.EmbedAsync(batch, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await FailAsync(e).ConfigureAwait(false);
        }
    }

    // The first failure is the cause; what the others then throw because they are stopped is not.
    private async ValueTask FailAsync(Exception failure)
    {
        if (!_stop.IsCancellationRequested)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            await _stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private void ThrowIfStopped()
    {
        _caller.ThrowIfCancellationRequested();
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    private async Task StopAsync(Task reading)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        while (_begun.Reader.TryRead(out var batch))
        {
            await batch.Done.ConfigureAwait(false);
        }
    }
}
