namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>Tells how far the run has come. Only the loop that hands texts out calls it: one call after the other.</summary>
internal sealed class ProgressMeter(BatchJob job, BatchWorker worker)
{
    private readonly long _began = job.Clock.GetTimestamp();
    private int _done;
    private int _failed;

    public void Report(TextBatch batch)
    {
        if (job.Options.Progress is not { } progress)
        {
            return;
        }

        var failed = batch.Items.Count(item => item.Slot.Failure is not null);
        _failed += failed;
        _done += batch.Items.Count - failed;
        var elapsed = job.Clock.GetElapsedTime(_began);
        var rate = elapsed > TimeSpan.Zero ? (_done + _failed) / elapsed.TotalSeconds : 0;
        progress.Report(new()
        {
            Done = _done,
            Failed = _failed,
            Total = job.Total,
            Tokens = worker.Tokens,
            Elapsed = elapsed,
            TextsPerSecond = rate,
            TimeLeft = TimeLeft(rate),
        });
    }

    private TimeSpan? TimeLeft(double rate) => job.Total is not { } total ? null
        : Math.Max(0, total - _done - _failed) is var rest && rest == 0 ? TimeSpan.Zero
        : rate > 0 ? TimeSpan.FromSeconds(rest / rate)
        : null;
}
