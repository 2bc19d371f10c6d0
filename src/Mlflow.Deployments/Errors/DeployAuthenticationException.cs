namespace Mlflow.Deployments;

/// <summary>The server refused the credentials: 401, or 403 when they are known but not enough.</summary>
public sealed class DeployAuthenticationException : DeployException
{
    /// <summary>Makes an exception without a message of its own.</summary>
    public DeployAuthenticationException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    public DeployAuthenticationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DeployAuthenticationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
