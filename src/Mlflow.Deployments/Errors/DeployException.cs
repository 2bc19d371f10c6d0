using System.Net;

namespace Mlflow.Deployments;

/// <summary>A call failed. The kinds that a caller can act on are types of their own; this one is the rest.</summary>
/// <remarks>
/// The message says what failed, where, what the server said and what to do; it holds no key, header or prompt of ours. Cancelling
/// throws <see cref="OperationCanceledException"/>, a bad argument <see cref="ArgumentException"/>; neither is of this family.
/// </remarks>
public class DeployException : Exception
{
    /// <summary>Makes an exception without a message of its own.</summary>
    public DeployException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    public DeployException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DeployException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the status that the server answered with; null when no answer came.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>Gets the server's code of the error (<c>error_code</c>, or OpenAI's <c>code</c>, else its <c>type</c>); null when it gives none.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Gets the server's id of the request, for its operators; null when it gives none.</summary>
    public string? RequestId { get; init; }

    /// <summary>Gets the first 64 kB of the server's answer as text; null when there is none. It may repeat parts of the request: do not log it unseen.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>Gets the endpoint that was asked; null for calls that ask none.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Gets how long the server asks to wait before the next try; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets what the server said about its limits; null when it said nothing.</summary>
    public RateLimitInfo? RateLimit { get; init; }

    /// <summary>Gets whether the same call may succeed later without a change.</summary>
    public bool IsTransient { get; init; }
}
