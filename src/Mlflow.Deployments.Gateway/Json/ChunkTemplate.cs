using System.Buffers;

namespace Mlflow.Deployments.Gateway.Json;

/// <summary>
/// What was around the text of the last event of a stream. The next event is mostly the same but for the text, and is then written
/// without being parsed: the same bytes around another text give the same bytes around that text.
/// </summary>
internal sealed class ChunkTemplate
{
    /// <summary>Bytes that end a text, or that have to be looked at: quotes, escapes, and what no JSON text may hold.</summary>
    private static readonly SearchValues<byte> Special = SearchValues.Create([.. Enumerable.Range(0, 32).Select(x => (byte)x), (byte)'"', (byte)'\\']);

    // The parts one behind the other: before and behind the text as it came, and as it went out.
    private byte[] _bytes = new byte[1024];
    private int _before;
    private int _after;
    private int _outputBefore;
    private int _outputAfter;

    /// <summary>Writes an event that differs from the last one in its text only.</summary>
    /// <param name="json">The event, of valid UTF-8.</param>
    /// <param name="output">Takes the outgoing event.</param>
    /// <returns>False when it has to be parsed; nothing was written then.</returns>
    public bool TryWrite(ReadOnlySpan<byte> json, PooledBuffer output)
    {
        ReadOnlySpan<byte> parts = _bytes;
        int length = json.Length - _before - _after;
        if (_before == 0 || length < 0 || !json.StartsWith(parts[.._before]) || !json[(_before + length)..].SequenceEqual(parts.Slice(_before, _after)))
        {
            return false;
        }

        ReadOnlySpan<byte> text = json.Slice(_before, length);
        if (text.ContainsAny(Special))
        {
            return false;
        }

        output.Write(parts.Slice(_before + _after, _outputBefore));
        output.Write(text);
        output.Write(parts.Slice(_before + _after + _outputBefore, _outputAfter));
        return true;
    }

    /// <summary>Remembers an event that was parsed.</summary>
    /// <param name="json">The event as it came.</param>
    /// <param name="written">The event as it went out.</param>
    /// <param name="text">Where its text stands; the place in the output is relative to <paramref name="written"/>. Null when it has none.</param>
    public void Learn(ReadOnlySpan<byte> json, ReadOnlySpan<byte> written, ChunkText? text)
    {
        _before = 0;
        if (text is not { } place)
        {
            return;
        }

        if (_bytes.Length < json.Length + written.Length)
        {
            _bytes = new byte[2 * (json.Length + written.Length)];
        }

        (_before, _outputBefore) = (place.Start, place.OutputStart);
        (_after, _outputAfter) = (json.Length - place.Start - place.Length, written.Length - place.OutputStart - place.Length);
        Span<byte> rest = _bytes;
        rest = Add(rest, json[.._before]);
        rest = Add(rest, json[^_after..]);
        rest = Add(rest, written[.._outputBefore]);
        Add(rest, written[^_outputAfter..]);
    }

    private static Span<byte> Add(Span<byte> to, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(to);
        return to[bytes.Length..];
    }
}
