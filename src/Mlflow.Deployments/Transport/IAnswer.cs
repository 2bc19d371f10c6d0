using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Transport;

/// <summary>An answer that may be an error under a status of success, and that tells what the headers said about it.</summary>
internal interface IAnswer
{
    /// <summary>Gets the error that stands in place of an answer; null for an answer.</summary>
    ServerError? Error { get; }

    /// <summary>Tells whether the JSON that it was read from is of another kind: what every answer has is not there at all, not even empty.</summary>
    bool IsOfAnotherKind(ReadOnlySpan<byte> json) => false;

    void Take(string? requestId, RateLimitInfo? rateLimit);
}
