using System.Numerics.Tensors;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Providers.Embedded;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GoldenVectorTests
{
    private const string GoldenFile = "embedded/golden.json";

    [TestCaseSource(nameof(Files))]
    public void Encode_golden_sentences_agrees_with_the_original_model(string file)
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require(file)));
        JsonElement[] sentences = [.. golden.RootElement.GetProperty("sentences").EnumerateArray()];

        (string Text, float Cosine)[] results = [.. sentences.Select(Compare)];

        Assert.Multiple(() =>
        {
            Assert.That(results, Has.Length.EqualTo(20));
            Assert.That(results.Where(r => !(r.Cosine > 0.999f)), Is.Empty);
        });
    }

    private static (string Text, float Cosine) Compare(JsonElement sentence)
    {
        string text = sentence.GetProperty("text").GetString()!;
        float[] expected = [.. sentence.GetProperty("vector").EnumerateArray().Select(v => v.GetSingle())];
        return (text, TensorPrimitives.CosineSimilarity<float>(SentenceEncoder.Shared.Encode(text), expected));
    }

    private static string[] Files() => SharedFolder.Find(GoldenFile) is null ? [SharedFolder.NeedsRecordings] : [GoldenFile];
}
