using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Tests.Transport;

public class PooledBytesTests
{
    [TestCase(1)]
    [TestCase(7)]
    [TestCase(100_000)]
    public void Bytes_that_outgrow_their_array_stay_whole(int piece)
    {
        using var bytes = new PooledBytes(16);
        var expected = Enumerable.Range(0, 200_000 / piece * piece).Select(i => (byte)i).ToArray();

        for (var start = 0; start < expected.Length; start += piece)
        {
            expected.AsSpan(start, piece).CopyTo(bytes.GetSpan(piece));
            bytes.Advance(piece);
        }

        Assert.That(bytes.Length, Is.EqualTo(expected.Length));
        Assert.That(bytes.Span.SequenceEqual(expected), Is.True);
    }

    [Test]
    public void There_is_room_for_what_is_asked_and_never_none()
    {
        using var bytes = new PooledBytes(16);
        bytes.Advance(bytes.GetMemory().Length);

        Assert.That((bytes.GetMemory().Length, bytes.GetMemory(5000).Length), Is.GreaterThanOrEqualTo((1, 5000)));
    }

    [TestCase(new byte[] { 0xEF, 0xBB, 0xBF, 1 }, new byte[] { 1 })]
    [TestCase(new byte[] { 0xEF, 0xBB, 1 }, new byte[] { 0xEF, 0xBB, 1 })]
    [TestCase(new byte[] { 1, 0xEF, 0xBB, 0xBF }, new byte[] { 1, 0xEF, 0xBB, 0xBF })]
    public void Byte_order_mark_is_left_out(byte[] written, byte[] read)
    {
        using var bytes = new PooledBytes(16);
        written.CopyTo(bytes.GetSpan(written.Length));
        bytes.Advance(written.Length);

        Assert.That(bytes.Span.ToArray(), Is.EqualTo(read));
    }

    [Test]
    public void Nothing_is_left_behind_the_end()
    {
        var bytes = new PooledBytes(16);
        bytes.Advance(3);

        bytes.Dispose();
        bytes.Dispose();

        Assert.That((bytes.Length, bytes.Span.Length), Is.EqualTo((0, 0)));
    }
}
