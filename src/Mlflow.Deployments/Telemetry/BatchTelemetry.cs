namespace Mlflow.Deployments.Telemetry;

/// <summary>Observes a batch of texts that is embedded in many requests; each request is an operation of its own below it.</summary>
internal static class BatchTelemetry
{
    /// <summary>Starts to observe a batch; null when nobody listens, or the client is none of ours. Call it inside the async method that does the work.</summary>
    public static Operation? Start(IDeployClient client, string endpoint) =>
        client is DeployClient { Telemetry: { IsObserved: true } telemetry } ? telemetry.Start(Names.EmbedBatch, endpoint) : null;

    /// <summary>Tells how much there was to do; before the operation is disposed.</summary>
    public static void Counted(this Operation? operation, int texts, int requests)
    {
        operation?.Set(Names.MlflowBatchTexts, texts);
        operation?.Set(Names.MlflowBatchRequests, requests);
    }
}
