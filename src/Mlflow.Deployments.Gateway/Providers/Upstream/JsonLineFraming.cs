using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <inheritdoc cref="StreamFraming.JsonLines"/>
internal sealed class JsonLineFraming : StreamFraming
{
    private const int ReadSize = 4096;

    // There is no registered name; these are in use, plain JSON too.
    private static readonly string[] MediaTypes =
        ["application/stream+json", JsonText.MediaType, "application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines"];

    public override bool IsText => true;

    public override bool Is(string? mediaType) => Array.Exists(MediaTypes, known => Same(mediaType, known));

    public override async IAsyncEnumerable<SseItem<bool>> ReadAsync(
        Stream stream, ProviderCall call, SseItemParser<bool> take, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The stream watches the length of lines, and ends with a line end.
        using var pending = new PooledBuffer(ReadSize);
        int count;
        while ((count = await stream.ReadAsync(pending.GetMemory(ReadSize), cancellationToken)) > 0)
        {
            int searched = pending.Count;
            pending.Advance(count);
            int start = 0;
            while (pending.WrittenSpan[searched..].IndexOf((byte)'\n') is >= 0 and var length)
            {
                int end = searched + length;
                if (TakeLine(pending.WrittenSpan[start..end], take) is { } item)
                {
                    yield return item;
                }

                start = searched = end + 1;
            }
            pending.RemoveStart(start);
        }
    }

    private static SseItem<bool>? TakeLine(ReadOnlySpan<byte> line, SseItemParser<bool> take)
    {
        ReadOnlySpan<byte> text = line.Trim(" \t\r"u8);
        return text.IsEmpty ? null : new SseItem<bool>(take(SseParser.EventTypeDefault, text));
    }
}
