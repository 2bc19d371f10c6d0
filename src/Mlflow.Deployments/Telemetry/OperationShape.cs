namespace Mlflow.Deployments.Telemetry;

/// <summary>In what form the result of an operation comes.</summary>
internal enum OperationShape
{
    /// <summary>All at once.</summary>
    Call,

    /// <summary>A model's answer, in chunks.</summary>
    Stream,

    /// <summary>Items, one by one.</summary>
    List,

    /// <summary>Texts, one by one, out of many requests.</summary>
    Batch,
}
