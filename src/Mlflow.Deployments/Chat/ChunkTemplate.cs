using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Mlflow.Deployments.Chat;

/// <summary>
/// The chunk before, and where its text stood. Most chunks of a stream have the same bytes but for that text, so that comparing bytes replaces reading JSON:
/// what is before the text is the same and led to it, and what is behind it is the same and led to the end.
/// </summary>
internal sealed class ChunkTemplate
{
    // Chunks of one token are small; others are not worth a copy.
    private const int MaxBytes = 2048;

    // Where every chunk differs in more than its text (several choices by turns, padding of random letters), learning is in vain.
    private const int MaxUnused = 8;

    // What ends a text of JSON, begins an escape in it, or may not stand in it.
    private static readonly SearchValues<byte> NoPlainText =
        SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);

    private byte[] _json = [];
    private int _length;
    private Range _text;
    private ChatChunk? _chunk;
    private int _unused;

    /// <summary>Makes the chunk of JSON that differs from the one before in nothing but its text; null for any other.</summary>
    public ChatChunk? Read(ReadOnlySpan<byte> json)
    {
        if (_chunk is null)
        {
            return null;
        }

        ReadOnlySpan<byte> before = _json.AsSpan(.._text.Start.Value), behind = _json.AsSpan(_text.End.Value.._length);
        if (json.Length < before.Length + behind.Length || !json.StartsWith(before) || !json.EndsWith(behind))
        {
            return null;
        }

        var text = json[before.Length..^behind.Length];
        if (text.ContainsAny(NoPlainText) || !Utf8.IsValid(text))
        {
            return null;
        }

        _unused = 0;
        return Alike(_chunk, Encoding.UTF8.GetString(text));
    }

    /// <summary>Takes a chunk for the next comparison.</summary>
    /// <param name="json">What it was read from.</param>
    /// <param name="chunk">The chunk, with one choice, which has a text.</param>
    /// <param name="text">Where that text stands in the JSON, without its quotes.</param>
    public void Learn(ReadOnlySpan<byte> json, ChatChunk chunk, Range text)
    {
        if (++_unused > MaxUnused || json.Length > MaxBytes || chunk.Usage is not null || chunk.Choices[0].Delta is not { ToolCalls: null, Parts: null })
        {
            _chunk = null;
            return;
        }

        if (_json.Length < json.Length)
        {
            _json = new byte[Math.Max(json.Length, MaxBytes / 4)];
        }

        json.CopyTo(_json);
        (_length, _text, _chunk) = (json.Length, text, Alike(chunk, string.Empty));
    }

    // Callers may write to Extra, so that no two chunks share one.
    private static ChatChunk Alike(ChatChunk chunk, string text)
    {
        var choice = chunk.Choices[0];
        return chunk with
        {
            Extra = Copy(chunk.Extra),
            Choices = new[] { choice with { Extra = Copy(choice.Extra), Delta = choice.Delta with { Content = text, Extra = Copy(choice.Delta.Extra) } } },
        };
    }

    private static Dictionary<string, JsonElement>? Copy(IDictionary<string, JsonElement>? extra) => extra is null ? null : new(extra, StringComparer.Ordinal);
}
