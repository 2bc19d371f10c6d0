using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Providers.Upstream;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.Upstream;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AmazonEventStreamTests
{
    // The test messages that Amazon publishes with its event-stream libraries.
    private const string EmptyMessage = "000000100000000005c248eb7d98c8ff";
    private const string PayloadWithoutHeaders = "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936";
    private const string PayloadWithOneHeader =
        "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1";

    [TestCase(EmptyMessage, "")]
    [TestCase(PayloadWithoutHeaders, "{'foo':'bar'}")]
    [TestCase(PayloadWithOneHeader, "{'foo':'bar'}")]
    public async Task Published_message_is_read(string hex, string payload)
    {
        List<string> events = await ReadAsync(Convert.FromHexString(hex));

        Assert.That(events, Is.EqualTo(new[] { $":{payload}" }));
    }

    [Test]
    public async Task Headers_of_every_type_are_passed_over()
    {
        byte[] headers =
        [
            1, (byte)'a', 0, 1, (byte)'b', 1, 1, (byte)'c', 2, 9, 1, (byte)'d', 3, 1, 2, 1, (byte)'e', 4, 1, 2, 3, 4,
            1, (byte)'f', 5, 1, 2, 3, 4, 5, 6, 7, 8, 1, (byte)'g', 6, 0, 2, 1, 2, 1, (byte)'h', 8, 1, 2, 3, 4, 5, 6, 7, 8,
            1, (byte)'i', 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
            11, .. ":event-type"u8, 7, 0, 5, .. "delta"u8,
        ];

        List<string> events = await ReadAsync(AmazonMessages.Encode(headers, "{}"u8.ToArray()));

        Assert.That(events, Is.EqualTo(new[] { "delta:{}" }));
    }

    [Test]
    public async Task Events_are_the_same_wherever_the_packets_are_cut()
    {
        await Gen.Select(Gen.String[0, 40].Array[1, 6], Gen.Int[1, 64].Array[1, 8]).SampleAsync(async (payloads, cuts) =>
        {
            byte[] bytes = [.. payloads.SelectMany(payload => AmazonMessages.Event("t", payload))];
            string[] expected = [.. payloads.Select(payload => $"t:{Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(payload))}")];

            return (await ReadAsync(bytes, cuts)).SequenceEqual(expected);
        });
    }

    [Test]
    public async Task Any_flipped_bit_is_noticed()
    {
        byte[] whole = AmazonMessages.Event("t", """{"a":1}""");

        await Gen.Int[0, (whole.Length * 8) - 1].SampleAsync(async bit =>
        {
            byte[] bytes = [.. whole];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));

            return (await FailAsync(bytes)).Kind == FailureKind.UpstreamUnreadable;
        });
    }

    [TestCase(0, 15u)]
    [TestCase(0, 0x7FFFFFFFu)]
    [TestCase(0, 0xFFFFFFFFu)]
    [TestCase(0, 25u * 1024 * 1024)]
    [TestCase(4, 0xFFFFFFFFu)]
    [TestCase(4, 1000u)]
    public async Task Length_that_cannot_be_is_refused_at_once(int place, uint value)
    {
        byte[] bytes = AmazonMessages.Event("t", "{}");
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(place), value);

        ProviderException failure = await FailAsync(AmazonMessages.Seal(bytes));

        Assert.That(failure.Message, Does.Contain("a length that cannot be"));
    }

    [Test]
    public async Task Headers_that_run_over_their_end_are_refused()
    {
        byte[] bytes = AmazonMessages.Encode([1, (byte)'a', 7, 0, 200], []);

        Assert.That((await FailAsync(bytes)).Message, Does.Contain("cut off"));
    }

    [Test]
    public async Task Message_that_is_cut_off_is_a_cut_stream()
    {
        byte[] bytes = AmazonMessages.Event("t", "{}");

        Assert.That((await FailAsync(bytes[..^1])).Kind, Is.EqualTo(FailureKind.UpstreamBrokenOff));
    }

    [TestCase("throttlingException", 429)]
    [TestCase("validationException", 400)]
    [TestCase("modelStreamErrorException", 424)]
    [TestCase("internalServerException", 500)]
    [TestCase("somethingNewException", 502)]
    public async Task Exception_message_has_the_status_of_its_kind_and_its_text(string type, int status)
    {
        byte[] bytes = AmazonMessages.Exception(type, """{"message":"Too much \"of\" it"}""");

        ProviderException failure = await FailAsync(bytes);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Status, Is.EqualTo(status));
            Assert.That(failure.Message, Is.EqualTo("Too much \"of\" it"));
            Assert.That(failure.EventType, Is.EqualTo(type));
        });
    }

    [Test]
    public async Task Error_message_without_payload_is_told_by_its_headers()
    {
        byte[] bytes = AmazonMessages.Encode(
            [(":message-type", "error"), (":error-code", "InternalFailure"), (":error-message", "An internal error occurred")], "");

        ProviderException failure = await FailAsync(bytes);

        Assert.That((failure.Status, failure.Message), Is.EqualTo((500, "An internal error occurred")));
    }

    [Test]
    public async Task Message_of_an_unknown_kind_is_passed_over()
    {
        byte[] bytes = [.. AmazonMessages.Encode([(":message-type", "later")], "x"), .. AmazonMessages.Event("t", "{}")];

        Assert.That(await ReadAsync(bytes), Is.EqualTo(new[] { "t:{}" }));
    }

    private static async Task<ProviderException> FailAsync(byte[] bytes)
    {
        ProviderException? failure = await Assert.ThrowsAsync<ProviderException>(() => ReadAsync(bytes));
        return failure!;
    }

    private static async Task<List<string>> ReadAsync(byte[] bytes, params int[] cuts)
    {
        var events = new List<string>();
        await using var stream = new Pieces(bytes, cuts);
        await foreach (var item in StreamFraming.AmazonEventStream.ReadAsync(stream, Calls.Chat(), Take, CancellationToken.None))
        {
            Assert.That(item.Data, Is.False);
        }

        return events;

        bool Take(string type, ReadOnlySpan<byte> data)
        {
            events.Add($"{type}:{Encoding.UTF8.GetString(data)}");
            return false;
        }
    }
}
