using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <inheritdoc cref="StreamFraming.AmazonEventStream"/>
internal sealed class AmazonEventStreamFraming : StreamFraming
{
    private const int ReadSize = 4096;

    public override bool IsText => false;

    public override bool Is(string? mediaType) => Same(mediaType, "application/vnd.amazon.eventstream");

    public override async IAsyncEnumerable<SseItem<bool>> ReadAsync(
        Stream stream, ProviderCall call, SseItemParser<bool> take, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var pending = new PooledBuffer(ReadSize);
        int count;
        while ((count = await stream.ReadAsync(pending.GetMemory(ReadSize), cancellationToken)) > 0)
        {
            pending.Advance(count);
            int start = 0;
            while (AmazonMessage.LengthAt(pending.WrittenSpan[start..], call) is { } length && pending.Count - start >= length)
            {
                if (TakeMessage(pending.WrittenSpan.Slice(start, length), call, take) is { } item)
                {
                    yield return item;
                }

                start += length;
            }
            pending.RemoveStart(start);
        }
        if (pending.Count > 0)
        {
            throw UpstreamFailures.BrokenOff(call);
        }
    }

    private static SseItem<bool>? TakeMessage(ReadOnlySpan<byte> bytes, ProviderCall call, SseItemParser<bool> take)
    {
        AmazonMessage message = AmazonMessage.Read(bytes, call);
        switch (message.MessageType)
        {
            case "event":
                return new SseItem<bool>(take(message.Type, message.Payload));
            case "exception" or "error":
                throw AmazonErrors.FromMessage(call, message.Type, message.ErrorMessage, message.Payload);
            default:
                // A kind that is not known yet says nothing that could be translated.
                return null;
        }
    }
}
