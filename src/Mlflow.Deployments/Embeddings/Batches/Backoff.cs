namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>Waits that double, spread so that clients that failed together do not come back together.</summary>
internal static class Backoff
{
    private const int MostDoublings = 10;

    /// <param name="first">The first wait.</param>
    /// <param name="attempt">Which wait it is, from 1.</param>
    public static TimeSpan Delay(TimeSpan first, int attempt)
    {
        var longest = first > Defaults.MaxRetryDelay ? first : Defaults.MaxRetryDelay;
        var doubled = first * Math.Pow(2, Math.Clamp(attempt - 1, 0, MostDoublings));
        return (doubled < longest ? doubled : longest) * (0.75 + (Random.Shared.NextDouble() / 2));
    }
}
