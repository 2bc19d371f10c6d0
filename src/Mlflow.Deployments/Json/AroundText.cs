using System.Buffers;

namespace Mlflow.Deployments.Json;

/// <summary>
/// The JSON of an event, and where one of its texts stands. The next event of a stream mostly has the same bytes but for that text, so that comparing bytes
/// replaces reading JSON: what is before the text is the same and led to it, and what is behind it is the same and led to the end.
/// </summary>
internal sealed class AroundText
{
    // What ends a text of JSON, begins an escape in it, or may not stand in it.
    private static readonly SearchValues<byte> NoPlainText =
        SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);

    private byte[] _bytes = [];
    private int _length;
    private Range _text;

    /// <summary>Finds the text of JSON that differs from what was learned in nothing but this text.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="text">The text, without escapes. Whether it is UTF-8 is not looked at.</param>
    /// <returns>False for any other JSON, and when nothing was learned.</returns>
    public bool TryFind(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> text)
    {
        text = default;
        ReadOnlySpan<byte> before = _bytes.AsSpan(.._text.Start.Value), behind = _bytes.AsSpan(_text.End.Value.._length);
        if (_length == 0 || json.Length < before.Length + behind.Length || !json.StartsWith(before) || !json.EndsWith(behind))
        {
            return false;
        }

        text = json[before.Length..^behind.Length];
        return !text.ContainsAny(NoPlainText);
    }

    /// <summary>Takes JSON for the next comparison.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="text">Where the text stands in it, without its quotes.</param>
    public void Learn(ReadOnlySpan<byte> json, Range text)
    {
        if (_bytes.Length < json.Length)
        {
            _bytes = new byte[json.Length * 2];
        }

        json.CopyTo(_bytes);
        (_length, _text) = (json.Length, text);
    }

    /// <summary>Finds nothing until something is learned again.</summary>
    public void Forget() => (_length, _text) = (0, default);
}
