namespace Mlflow.Deployments.Telemetry;

/// <summary>Observes a batch of texts that is embedded in many requests; each request is an operation of its own below it.</summary>
internal static class BatchTelemetry
{
    /// <summary>Starts to observe a batch; null when nobody listens, or the client is none of ours. Call it inside the async method that does the work.</summary>
    public static Operation? Start(IDeployClient client, string endpoint) =>
        client is DeployClient { Telemetry: { IsObserved: true } telemetry } ? telemetry.Start(Names.EmbedBatch, endpoint, OperationShape.Batch) : null;

    /// <summary>Tells how it ended, before the operation is disposed: by a failure, or else as far as its caller wanted.</summary>
    public static void Ended(this Operation? operation, int requests, Exception? failure)
    {
        operation?.Set(Names.MlflowBatchRequests, requests);
        if (failure is not null)
        {
            operation?.Failed(failure);
        }
    }
}
