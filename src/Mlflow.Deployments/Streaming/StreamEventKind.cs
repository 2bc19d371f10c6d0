namespace Mlflow.Deployments.Streaming;

/// <summary>What an event of a stream is.</summary>
internal enum StreamEventKind
{
    /// <summary>A piece of the answer.</summary>
    Chunk,

    /// <summary>The server's word that all has been sent: <c>[DONE]</c>.</summary>
    Done,

    /// <summary>The server's word that it failed.</summary>
    Error,

    /// <summary>Nothing that belongs to the answer.</summary>
    Unknown,
}
