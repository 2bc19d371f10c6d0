namespace Mlflow.Deployments;

/// <summary>The server has had too many requests: 429. <see cref="DeployException.RetryAfter"/> says when to come back, if the server does.</summary>
public sealed class DeployRateLimitException : DeployException
{
    /// <summary>Makes an exception without a message of its own.</summary>
    public DeployRateLimitException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    public DeployRateLimitException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DeployRateLimitException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
