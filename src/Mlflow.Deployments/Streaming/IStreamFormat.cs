using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Streaming;

/// <summary>What the events of one kind of stream hold, and when such a stream is whole. One value belongs to one stream.</summary>
internal interface IStreamFormat<TChunk>
    where TChunk : class
{
    /// <summary>Gets whether all that was begun has come to its end.</summary>
    bool IsComplete { get; }

    /// <summary>Reads the data of an event.</summary>
    /// <exception cref="System.Text.Json.JsonException">The data is not JSON of this format.</exception>
    TChunk Parse(ReadOnlySpan<byte> data);

    /// <summary>Makes the one chunk of a server that ignored <c>stream</c> and sent its whole answer; null when it is none.</summary>
    /// <exception cref="System.Text.Json.JsonException">The body is not JSON of this format.</exception>
    TChunk? FromWholeAnswer(ReadOnlySpan<byte> body);

    /// <summary>Tells the error that a chunk really is; null for a chunk of the answer.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="isNamed">Whether the event has a name of its own, and so may say anything.</param>
    ServerError? ErrorIn(TChunk chunk, bool isNamed);

    /// <summary>Tells whether a chunk holds anything of an answer.</summary>
    bool HasContent(TChunk chunk);

    /// <summary>Takes note of which answers a chunk goes on with or ends.</summary>
    void Track(TChunk chunk);
}
