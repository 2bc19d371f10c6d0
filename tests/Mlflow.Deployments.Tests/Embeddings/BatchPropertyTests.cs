using CsCheck;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Embeddings;

public class BatchPropertyTests
{
    private static readonly Gen<Case> Cases =
        from count in Gen.Int[0, 120]
        from size in Gen.Int[1, 40]
        from characters in Gen.OneOf(Gen.Const(default(int?)), Gen.Int[1, 60].Select(number => (int?)number))
        from concurrency in Gen.Int[1, 8]
        from serverSize in Gen.Int[1, 40]
        from serverCharacters in Gen.Int[30, 500]
        from tellsSize in Gen.Bool
        from deduplicate in Gen.Bool
        from different in Gen.Int[1, 120]
        from bad in Gen.Int[1, 119].HashSet[0, 4] // never text 0: a server that takes none at all ends the run
        from seed in Gen.Int
        select new Case(count, size, characters, concurrency, serverSize, serverCharacters, tellsSize, deduplicate, different, bad, seed);

    [Test]
    public Task EmbedAllAsync_gives_what_a_loop_one_by_one_gives_whatever_the_server_does() => Cases.SampleAsync(async it =>
    {
        string[] texts = [.. Enumerable.Range(0, it.Count).Select(i => $"text {i % it.Different}")];
        var client = new LengthEmbedder(it.AnswerAsync);
        var oneByOne = new LengthEmbedder((asked, _) => it.IsBad(asked[0]) ? throw Failure.Refused("no") : Task.CompletedTask);

        var all = await client.EmbedAllAsync("e", texts, new()
        {
            BatchSize = it.Size,
            MaxBatchCharacters = it.Characters,
            MaxConcurrency = it.Concurrency,
            Deduplicate = it.Deduplicate,
            ContinueOnError = true,
            MaxRetries = 100,
            Patience = TimeSpan.FromDays(1),
            TimeProvider = new JumpingClock(),
        }).ToListAsync();

        Assert.That(all.Select(text => text.Index), Is.EqualTo(Enumerable.Range(0, it.Count)));
        Assert.That(all.Select(text => text.Text), Is.EqualTo(texts));
        Assert.That(all.Select(text => text.Vector.ToArray()), Is.EqualTo(await LoopAsync(oneByOne, texts)));
        Assert.That(all.Select(text => text.Error is not null), Is.EqualTo(texts.Select(it.IsBad)));
        Assert.That(client.UnderWay, Is.Zero);
    }, iter: PropertyRuns.AtMost(300));

    private static async Task<List<float[]>> LoopAsync(LengthEmbedder client, string[] texts)
    {
        var vectors = new List<float[]>();
        foreach (var text in texts)
        {
            try
            {
                vectors.Add((await client.PredictAsync("e", new EmbeddingRequest([text]))).Data[0].Vector.ToArray());
            }
            catch (DeployRequestException)
            {
                vectors.Add([]);
            }
        }

        return vectors;
    }

    private sealed record Case(
        int Count, int Size, int? Characters, int Concurrency, int ServerSize, int ServerCharacters, bool TellsSize, bool Deduplicate, int Different, HashSet<int> Bad, int Seed)
    {
        private readonly Random _random = new(Seed);

        public bool IsBad(string text) => Bad.Contains(int.Parse(text.AsSpan(5), provider: null));

        public async Task AnswerAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
        {
            int dice, yields;
            lock (_random)
            {
                (dice, yields) = (_random.Next(100), _random.Next(20));
            }

            for (var i = 0; i < yields; i++)
            {
                await Task.Yield();
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (dice < 20)
            {
                throw dice switch
                {
                    < 5 => Failure.RateLimited(TimeSpan.FromSeconds(dice)),
                    < 10 => Failure.RateLimited(),
                    _ => Failure.Cut(),
                };
            }

            if (texts.Count > ServerSize)
            {
                throw Failure.Refused(TellsSize ? $"batch size {texts.Count} > maximum allowed batch size {ServerSize}" : "no");
            }

            if (texts.Sum(text => text.Length) > ServerCharacters)
            {
                throw Failure.Refused("too large", System.Net.HttpStatusCode.RequestEntityTooLarge);
            }

            if (texts.Any(IsBad))
            {
                throw Failure.Refused("no");
            }
        }
    }
}
