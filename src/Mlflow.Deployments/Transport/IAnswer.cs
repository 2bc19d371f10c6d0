namespace Mlflow.Deployments.Transport;

/// <summary>An answer that tells what the headers said about it.</summary>
internal interface IAnswer
{
    void Take(string? requestId, RateLimitInfo? rateLimit);
}
