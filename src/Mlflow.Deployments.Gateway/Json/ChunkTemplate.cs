using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Json;

/// <summary>
/// What was around the text of the last event of a stream. The next event is mostly the same but for the text, and is then written
/// without being parsed: the same bytes around another text give the same bytes around that text.
/// </summary>
internal sealed class ChunkTemplate
{
    private readonly AroundText _around = new();

    // The event as it went out.
    private byte[] _written = [];
    private int _length;
    private Range _text;

    /// <summary>Writes an event that differs from the last one in its text only.</summary>
    /// <param name="json">The event, of valid UTF-8.</param>
    /// <param name="output">Takes the outgoing event.</param>
    /// <returns>False when it has to be parsed; nothing was written then.</returns>
    public bool TryWrite(ReadOnlySpan<byte> json, PooledBuffer output)
    {
        if (!_around.TryFind(json, out ReadOnlySpan<byte> text))
        {
            return false;
        }

        output.Write(_written.AsSpan(.._text.Start.Value));
        output.Write(text);
        output.Write(_written.AsSpan(_text.End.Value.._length));
        return true;
    }

    /// <summary>Remembers an event that was parsed.</summary>
    /// <param name="json">The event as it came.</param>
    /// <param name="written">The event as it went out.</param>
    /// <param name="text">Where its text stands; the place in the output is relative to <paramref name="written"/>. Null when it has none.</param>
    public void Learn(ReadOnlySpan<byte> json, ReadOnlySpan<byte> written, ChunkText? text)
    {
        if (text is not { } place)
        {
            _around.Forget();
            return;
        }

        if (_written.Length < written.Length)
        {
            _written = new byte[2 * written.Length];
        }

        _around.Learn(json, place.Start..(place.Start + place.Length));
        written.CopyTo(_written);
        (_length, _text) = (written.Length, place.OutputStart..(place.OutputStart + place.Length));
    }
}
