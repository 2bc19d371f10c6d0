using System.Net.ServerSentEvents;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>How the events of an upstream's stream are told from each other.</summary>
internal abstract class StreamFraming
{
    /// <summary>The usual one: <c>text/event-stream</c>.</summary>
    public static StreamFraming ServerSentEvents { get; } = new ServerSentEventFraming();

    /// <summary>One JSON value a line.</summary>
    public static StreamFraming JsonLines { get; } = new JsonLineFraming();

    /// <summary>The binary messages of Amazon's services: <c>application/vnd.amazon.eventstream</c>.</summary>
    public static StreamFraming AmazonEventStream { get; } = new AmazonEventStreamFraming();

    /// <summary>Says that the stream is made of lines: they are watched, and a last line without an end still counts.</summary>
    public abstract bool IsText { get; }

    /// <summary>Whether an answer of this media type is such a stream. An answer that is none is read as a whole.</summary>
    public abstract bool Is(string? mediaType);

    /// <summary>Reads to the end, in one pass.</summary>
    /// <param name="stream">The body. It fails with a <see cref="ProviderException"/>.</param>
    /// <param name="call">What it answers.</param>
    /// <param name="take">Takes an event before the next one is waited for, and tells whether it was the end mark.</param>
    /// <param name="cancellationToken">Ends the wait for the next byte.</param>
    /// <returns>What <paramref name="take"/> returned, once for each event.</returns>
    public abstract IAsyncEnumerable<SseItem<bool>> ReadAsync(
        Stream stream, ProviderCall call, SseItemParser<bool> take, CancellationToken cancellationToken);

    protected static bool Same(string? mediaType, string expected) => string.Equals(mediaType, expected, StringComparison.OrdinalIgnoreCase);
}
