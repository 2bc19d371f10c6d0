using System.Net.ServerSentEvents;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <inheritdoc cref="StreamFraming.ServerSentEvents"/>
internal sealed class ServerSentEventFraming : StreamFraming
{
    public override bool IsText => true;

    public override bool Is(string? mediaType) => Same(mediaType, "text/event-stream");

    public override IAsyncEnumerable<SseItem<bool>> ReadAsync(
        Stream stream, ProviderCall call, SseItemParser<bool> take, CancellationToken cancellationToken) =>
        SseParser.Create(stream, take).EnumerateAsync(cancellationToken);
}
