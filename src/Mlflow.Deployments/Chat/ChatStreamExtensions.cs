using System.Runtime.CompilerServices;

namespace Mlflow.Deployments.Chat;

/// <summary>Turns streams of chunks into what callers want of them.</summary>
public static class ChatStreamExtensions
{
    /// <summary>Reads a stream to its end and puts the whole answer together: text, tool calls, refusals, usage, every answer of several.</summary>
    /// <param name="chunks">The stream, as <c>PredictStreamAsync</c> returns it.</param>
    /// <param name="cancellationToken">Cancels the stream.</param>
    /// <returns>The answer, as <c>PredictAsync</c> would have returned it.</returns>
    /// <exception cref="DeployStreamException">The stream broke off. To keep what had come, use a <see cref="ChatAccumulator"/>.</exception>
    public static async Task<ChatResponse> ToChatResponseAsync(this IAsyncEnumerable<ChatChunk> chunks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        var answer = new ChatAccumulator();
        await foreach (var chunk in chunks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            answer.Add(chunk);
        }

        return answer.ToResponse();
    }

    /// <summary>Keeps only the pieces of text of the first answer; chunks without text are left out.</summary>
    /// <param name="chunks">The stream, as <c>PredictStreamAsync</c> returns it.</param>
    /// <param name="cancellationToken">Cancels the stream.</param>
    /// <returns>The pieces in order; joined they are the text.</returns>
    /// <exception cref="DeployStreamException">The stream broke off.</exception>
    public static IAsyncEnumerable<string> TextAsync(this IAsyncEnumerable<ChatChunk> chunks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        return ReadAsync(chunks, cancellationToken);

        static async IAsyncEnumerable<string> ReadAsync(IAsyncEnumerable<ChatChunk> chunks, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var chunk in chunks.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (chunk.Text is { Length: > 0 } text)
                {
                    yield return text;
                }
            }
        }
    }
}
