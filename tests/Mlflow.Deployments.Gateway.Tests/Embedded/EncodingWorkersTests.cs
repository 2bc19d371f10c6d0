using Mlflow.Deployments.Gateway.Providers.Embedded;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(10_000)]
public sealed class EncodingWorkersTests
{
    [Test]
    public async Task Work_leaves_the_threads_of_the_pool_to_others(CancellationToken cancellationToken)
    {
        using var workers = new EncodingWorkers(1);

        bool isPooled = await workers.RunAsync(() => Thread.CurrentThread.IsThreadPoolThread, cancellationToken);

        Assert.That(isPooled, Is.False);
    }

    [Test]
    public async Task Work_of_one_request_does_not_wait_for_all_of_anothers(CancellationToken cancellationToken)
    {
        using var workers = new EncodingWorkers(1);
        var done = new List<string>();
        using var gate = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        Task large = LargeAsync();
        await begun.Task;
        Task<int> small = workers.RunAsync(() => Note("small"), cancellationToken);
        gate.Set();
        await Task.WhenAll(large, small);

        Assert.That(done, Is.EqualTo(new[] { "large 0", "small", "large 1", "large 2" }));

        async Task LargeAsync()
        {
            for (int i = 0; i < 3; i++)
            {
                string name = $"large {i}";
                await workers.RunAsync(
                    () =>
                    {
                        begun.TrySetResult();
                        gate.Wait(cancellationToken);
                        return Note(name);
                    },
                    cancellationToken);
            }
        }

        int Note(string name)
        {
            done.Add(name);
            return done.Count;
        }
    }

    [Test]
    public async Task Work_that_nobody_waits_for_any_more_is_not_begun(CancellationToken cancellationToken)
    {
        using var workers = new EncodingWorkers(1);
        using var gate = new ManualResetEventSlim();
        using var leave = new CancellationTokenSource();
        Task<int> first = workers.RunAsync(() => WaitFor(gate, cancellationToken), cancellationToken);

        bool isBegun = false;
        Task<bool> second = workers.RunAsync(() => isBegun = true, leave.Token);
        await leave.CancelAsync();

        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        gate.Set();
        await first;
        Assert.That(isBegun, Is.False);
    }

    [Test]
    public async Task Work_that_throws_frees_its_worker(CancellationToken cancellationToken)
    {
        using var workers = new EncodingWorkers(1);

        Assert.That(async () => await workers.RunAsync<int>(() => throw new InvalidOperationException(), cancellationToken), Throws.InvalidOperationException);
        Assert.That(await workers.RunAsync(() => 1, cancellationToken), Is.EqualTo(1));
    }

    private static int WaitFor(ManualResetEventSlim gate, CancellationToken cancellationToken)
    {
        gate.Wait(cancellationToken);
        return 1;
    }
}
