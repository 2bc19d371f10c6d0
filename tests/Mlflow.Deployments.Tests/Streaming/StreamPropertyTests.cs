using System.Globalization;
using System.Text;
using CsCheck;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Streaming;

public class StreamPropertyTests
{
    private static readonly Gen<string> LineEnd = OneOf("\n", "\r\n", "\r");

    private static readonly Gen<string> Noise = OneOf(string.Empty, ": ping", "event: ping", "id: 7", "retry: 10");

    private static readonly Gen<string> Texts = OneOf("a", "Grüße ", "世界", "👩‍🚀", "\\n", " ");

    private static readonly Gen<(string Events, string Text)> Streams =
        Gen.Select(Texts.Array[1, 12], LineEnd, Noise.Array[12], Gen.Bool, Gen.Bool).Select((texts, end, noise, withDone, withBom) =>
        {
            var events = new StringBuilder(withBom ? "\uFEFF" : string.Empty);
            for (var i = 0; i < texts.Length; i++)
            {
                if (noise[i].StartsWith(':'))
                {
                    events.Append(noise[i]).Append(end).Append(end);
                }
                else if (noise[i].Length > 0 && !noise[i].StartsWith("event", StringComparison.Ordinal))
                {
                    events.Append(noise[i]).Append(end);
                }

                events.Append(CultureInfo.InvariantCulture, $$$"""data: {"choices":[{"index":0,"delta":{"content":"{{{texts[i]}}}"}}]}""").Append(end).Append(end);
            }

            events.Append("""data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""").Append(end).Append(end);
            events.Append(withDone ? "data: [DONE]" + end + end : string.Empty);
            return (events.ToString(), string.Concat(texts).Replace("\\n", "\n", StringComparison.Ordinal));
        });

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Test]
    public Task Stream_split_at_any_bytes_gives_the_same_text() =>
        Gen.Select(Streams, Gen.Int[1, 40].Array[1, 20]).SampleAsync(async (stream, sizes) =>
        {
            using var client = Clients.Streaming(new SplitStream(Encoding.UTF8.GetBytes(stream.Events), sizes));

            var answer = await client.PredictStreamAsync("chat", new ChatRequest("x")).ToChatResponseAsync();

            Assert.That(answer.Text, Is.EqualTo(stream.Text));
        }, iter: PropertyRuns.AtMost(300));

    [Test]
    public Task Stream_cut_at_any_byte_before_its_finish_reason_throws() =>
        Gen.Select(Streams, Gen.Double[0, 1], Gen.Int[1, 40]).SampleAsync(async (stream, where, size) =>
        {
            var bytes = Encoding.UTF8.GetBytes(stream.Events);
            var finish = bytes.AsSpan().IndexOf("finish_reason"u8);
            using var client = Clients.Streaming(new SplitStream(bytes[..(int)(finish * where)], [size]));

            Assert.That(async () => await client.PredictStreamAsync("chat", new ChatRequest("x")).ToChatResponseAsync(), Throws.InstanceOf<DeployStreamException>());
            await Task.CompletedTask;
        }, iter: PropertyRuns.AtMost(300));

    [Test]
    public Task Stream_of_random_bytes_never_ends_normally() =>
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Int[1, 40]).SampleAsync(async (bytes, size) =>
        {
            using var client = Clients.Streaming(new SplitStream(bytes, [size]));

            Assert.That(async () => await client.PredictStreamAsync("chat", new ChatRequest("x")).ToChatResponseAsync(), Throws.InstanceOf<DeployStreamException>());
            await Task.CompletedTask;
        }, iter: PropertyRuns.AtMost(300));

    [Test]
    public Task Event_over_the_limit_throws_and_one_below_it_does_not() =>
        Gen.Select(Gen.Int[1, 3000], Gen.Int[1, 700], LineEnd).SampleAsync(async (length, size, end) =>
        {
            var data = $$$"""data: {"choices":[{"index":0,"delta":{"content":"{{{new string('x', length)}}}"},"finish_reason":"stop"}]}""";
            var options = new DeployClientOptions { MaxEventBytes = 1500 };
            using var client = Clients.Streaming(new SplitStream(Encoding.UTF8.GetBytes($": ping{end}{end}{data}{end}{end}"), [size]), options);

            var call = async () => (await client.PredictStreamAsync("chat", new ChatRequest("x")).ToChatResponseAsync()).Text.Length;

            if (data.Length + end.Length <= 1500)
            {
                Assert.That(await call(), Is.EqualTo(length));
            }
            else if (data.Length > 1500)
            {
                Assert.That(call, Throws.InstanceOf<DeployStreamException>().With.Message.Contains("MaxEventBytes"));
            }
        }, iter: PropertyRuns.AtMost(300));
}
