using System.Text;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Tests.Transport;

/// <summary>The body of a stream under guard: sizes of events, silences, and its end.</summary>
public class GuardedStreamTests
{
    private static readonly string[] LineEnds = ["\n", "\r\n", "\r"];

    [Test]
    public async Task Event_may_be_as_large_as_the_limit_however_it_arrives([ValueSource(nameof(LineEnds))] string lineEnd, [Values(1, 2, 3, 1000)] int piece)
    {
        var one = $"data: 12{lineEnd}id: 3{lineEnd}{lineEnd}";
        var size = "data: 12id: 3".Length + 2; // each line counts with one byte for its end
        var body = string.Concat(Enumerable.Repeat(one, 5));

        Assert.That(await ReadAsync(body, size, piece), Is.EqualTo(body));
        Assert.That(() => ReadAsync(body, size - 1, piece), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo($"sent an event larger than MaxEventBytes ({size - 1})"));
    }

    [Test]
    public void Line_that_does_not_end_is_too_large_at_once() =>
        Assert.That(() => ReadAsync(new string('x', 11), 10, 4), Throws.TypeOf<InvalidDataException>());

    [TestCase("data: 1\n\n", "data: 1\n\n", false)]
    [TestCase("data: 1\n", "data: 1\n\n\n", false)]
    [TestCase("data: 1\r\n", "data: 1\r\n\n\n", false)]
    [TestCase("data: 1", "data: 1\n\n", true)]
    [TestCase("\n\n", "\n\n", false)]
    [TestCase("", "", false)]
    public async Task Event_without_its_end_gets_one(string body, string read, bool hasEndedInLine)
    {
        using var limit = Limit(new FakeTimeProvider());
        using var guarded = Guard(body, limit, 1000);

        Assert.That(await TextAsync(guarded, 1000), Is.EqualTo(read));
        Assert.That((guarded.HasEnded, guarded.HasEndedInLine), Is.EqualTo((true, hasEndedInLine)));
    }

    [Test]
    public async Task One_answer_is_no_event()
    {
        using var limit = Limit(new FakeTimeProvider());
        using var guarded = Guard("{\"a\":1}", limit, 3);
        guarded.TakeAsOneAnswer(7);

        Assert.That(await TextAsync(guarded, 1000), Is.EqualTo("{\"a\":1}"));
    }

    [Test]
    public void One_answer_has_a_limit_of_its_own()
    {
        using var limit = Limit(new FakeTimeProvider());
        using var guarded = Guard("{\"a\":1}", limit, 1000);
        guarded.TakeAsOneAnswer(6);

        Assert.That(() => TextAsync(guarded, 1000), Throws.TypeOf<InvalidDataException>().With.Message.Contains("(6)"));
    }

    [TestCase("  \r\n\t{\"a\":1}", '{')]
    [TestCase("\uFEFFdata: 1\n\n", 'd')]
    [TestCase("x", 'x')]
    [TestCase("   ", -1)]
    [TestCase("", -1)]
    public async Task Peek_tells_the_first_byte_and_takes_nothing(string body, int first)
    {
        using var limit = Limit(new FakeTimeProvider());
        using var guarded = Guard(body, limit, 1000, piece: 1);
        guarded.TakeAsOneAnswer(1000);

        Assert.That(await guarded.PeekAsync(CancellationToken.None), Is.EqualTo(first));
        Assert.That(await TextAsync(guarded, 2), Is.EqualTo(body));
    }

    [TestCase(511, 'x')]
    [TestCase(512, -1)]
    public async Task Peek_looks_at_512_bytes(int spaces, int first)
    {
        using var limit = Limit(new FakeTimeProvider());
        using var guarded = Guard(new string(' ', spaces) + "x", limit, 1000);

        Assert.That(await guarded.PeekAsync(CancellationToken.None), Is.EqualTo(first));
    }

    [Test]
    public async Task Silence_counts_only_while_the_server_is_waited_for()
    {
        var clock = new FakeTimeProvider();
        using var limit = Limit(clock);
        using var guarded = Guard("data: 1\n\n", limit, 1000, piece: 3);
        var buffer = new byte[3];

        _ = await guarded.ReadAsync(buffer);
        clock.Advance(TimeSpan.FromDays(1));
        _ = await guarded.ReadAsync(buffer);
        clock.Advance(TimeSpan.FromDays(1));

        Assert.That((limit.IsExceeded, limit.Option, limit.Limit), Is.EqualTo((false, "StreamIdleTimeout", TimeSpan.FromSeconds(5))));
    }

    [Test]
    public async Task First_byte_is_waited_for_under_the_limit_before()
    {
        using var limit = Limit(new FakeTimeProvider());
        using var guarded = Guard("data: 1\n\n", limit, 1000, piece: 3);

        _ = await guarded.ReadAsync(new byte[3]);

        Assert.That(limit.Option, Is.EqualTo("FirstByteTimeout"));
    }

    [Test]
    public void Body_ends_with_its_guard()
    {
        var body = new MemoryStream();
        using var limit = Limit(new FakeTimeProvider());

        new GuardedStream(body, limit, TimeSpan.FromSeconds(5), 1000).Dispose();

        Assert.That(body.CanRead, Is.False);
    }

    private static async Task<string> ReadAsync(string body, int maxEventBytes, int piece)
    {
        using var limit = Limit(new FakeTimeProvider());
        using var guarded = Guard(body, limit, maxEventBytes);
        return await TextAsync(guarded, piece);
    }

    private static async Task<string> TextAsync(Stream stream, int piece)
    {
        var (all, buffer) = (new MemoryStream(), new byte[piece]);
        for (var read = -1; read != 0;)
        {
            read = await stream.ReadAsync(buffer);
            all.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(all.ToArray());
    }

    private static TimeLimit Limit(TimeProvider clock) => new("FirstByteTimeout", TimeSpan.FromSeconds(9), clock, default);

    private static GuardedStream Guard(string body, TimeLimit limit, int maxEventBytes, int piece = int.MaxValue) =>
        new(piece == int.MaxValue ? new MemoryStream(Encoding.UTF8.GetBytes(body)) : new Pieces(Encoding.UTF8.GetBytes(body), piece), limit, TimeSpan.FromSeconds(5), maxEventBytes);

    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
