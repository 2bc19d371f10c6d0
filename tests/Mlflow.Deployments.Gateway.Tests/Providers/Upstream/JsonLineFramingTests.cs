using System.Text;
using CsCheck;
using Mlflow.Deployments.Gateway.Providers.Upstream;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.Upstream;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class JsonLineFramingTests
{
    [TestCase("{\"a\":1}\n{\"b\":2}\n")]
    [TestCase("{\"a\":1}\r\n\r\n \t\n{\"b\":2}\r\n")]
    public async Task Every_line_with_text_is_an_event(string text)
    {
        Assert.That(await ReadAsync(text), Is.EqualTo(new[] { "{\"a\":1}", "{\"b\":2}" }));
    }

    [Test]
    public async Task Lines_are_the_same_wherever_the_packets_are_cut()
    {
        await Gen.Select(Gen.Char["ab🌍ü \r"].Array[0, 30].Array[1, 6], Gen.Int[1, 40].Array[1, 8]).SampleAsync(async (lines, cuts) =>
        {
            string text = string.Concat(lines.Select(line => new string(line) + "\n"));
            string valid = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            string[] expected = [.. valid.Split('\n').Select(line => line.Trim(' ', '\t', '\r')).Where(line => line.Length > 0)];

            return (await ReadAsync(text, cuts)).SequenceEqual(expected);
        });
    }

    [TestCase("application/stream+json", true)]
    [TestCase("application/json", true)]
    [TestCase("Application/X-NDJSON", true)]
    [TestCase("text/html", false)]
    [TestCase(null, false)]
    public void Media_type_says_whether_it_is_such_a_stream(string? mediaType, bool expected)
    {
        Assert.That(StreamFraming.JsonLines.Is(mediaType), Is.EqualTo(expected));
    }

    private static async Task<List<string>> ReadAsync(string text, params int[] cuts)
    {
        var events = new List<string>();
        await using var stream = new Pieces(Encoding.UTF8.GetBytes(text), cuts);
        await foreach (var item in StreamFraming.JsonLines.ReadAsync(stream, Calls.Chat(), Take, CancellationToken.None))
        {
            Assert.That(item.Data, Is.False);
        }

        return events;

        bool Take(string type, ReadOnlySpan<byte> data)
        {
            events.Add(Encoding.UTF8.GetString(data));
            return false;
        }
    }
}
