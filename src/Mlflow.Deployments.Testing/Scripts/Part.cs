namespace Mlflow.Deployments.Testing.Scripts;

/// <summary>What the bytes of a step are to the answer, so that faults can leave the right ones out.</summary>
internal enum Part
{
    Body,
    Piece,
    Finish,
    Usage,
    Done,
}
