using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Streaming;

/// <summary>One event of a stream, understood.</summary>
internal readonly record struct StreamEvent<TChunk>(StreamEventKind Kind, TChunk? Chunk = null, ServerError Error = default)
    where TChunk : class;
