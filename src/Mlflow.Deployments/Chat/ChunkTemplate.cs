using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>The chunk before, for the next that differs from it in nothing but its text.</summary>
internal sealed class ChunkTemplate
{
    // Chunks of one token are small; others are not worth a copy.
    private const int MaxBytes = 2048;

    // Where every chunk differs in more than its text (several choices by turns, padding of random letters), learning is in vain.
    private const int MaxUnused = 8;

    private readonly AroundText _around = new();
    private ChatChunk? _chunk;
    private int _unused;

    /// <summary>Makes the chunk of JSON that differs from the one before in nothing but its text; null for any other.</summary>
    public ChatChunk? Read(ReadOnlySpan<byte> json)
    {
        if (_chunk is null || !_around.TryFind(json, out var text) || !Utf8.IsValid(text))
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

        _around.Learn(json, text);
        _chunk = Alike(chunk, string.Empty);
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
