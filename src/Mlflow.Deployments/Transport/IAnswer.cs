using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Transport;

/// <summary>An answer that may be an error under a status of success, and that tells what the headers said about it.</summary>
internal interface IAnswer
{
    /// <summary>Gets the error that stands in place of an answer; null for an answer.</summary>
    ServerError? Error { get; }

    void Take(string? requestId, RateLimitInfo? rateLimit);
}
