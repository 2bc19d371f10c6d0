using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Embeddings;

[CancelAfter(60_000)]
public class BatchChaosTests
{
    // A server that refuses 1 text in 1,000 and batches over 100, is busy now and then, and cuts a connection now and then.
    [Test]
    public async Task EmbedAllAsync_of_a_server_in_trouble_brings_every_good_row_and_names_each_bad_one(CancellationToken token)
    {
        var requests = 0;
        var clock = new JumpingClock();
        var client = new LengthEmbedder(async (texts, _) =>
        {
            var request = Interlocked.Increment(ref requests);
            await Task.Yield();
            if (request % 7 == 0)
            {
                throw Failure.RateLimited(TimeSpan.FromSeconds(3));
            }

            if (request % 11 == 0)
            {
                throw Failure.Cut();
            }

            if (texts.Count > 100)
            {
                throw Failure.Refused("at most 100 texts");
            }

            if (texts.Any(IsBad))
            {
                throw Failure.Refused("this text is refused");
            }
        });
        string[] rows = [.. Enumerable.Range(0, 20_000).Select(i => $"row {i}")];

        var all = await client.EmbedAllAsync("e", rows, new() { ContinueOnError = true, TimeProvider = clock }, token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(all.Select(row => row.Text), Is.EqualTo(rows));
            Assert.That(all.Where(row => !IsBad(row.Text)).Select(row => row.Vector.ToArray()), Is.EqualTo(rows.Where(row => !IsBad(row)).Select(LengthEmbedder.Vector)));
            Assert.That(all.Where(row => row.Error is not null).Select(row => row.Error!.Message), Is.EqualTo(rows.Where(IsBad).Select(row => $"Text {row[4..]} (\"{row}\") cannot be embedded by endpoint 'e'. this text is refused")));
            Assert.That(clock.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(3)));
            Assert.That(client.BatchSizes.Count(size => size > 100), Is.LessThan(20), "the limit is learned once, not for each of 200 batches");
        });

        static bool IsBad(string row) => row.EndsWith("123", StringComparison.Ordinal);
    }
}
