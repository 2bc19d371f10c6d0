namespace Mlflow.Deployments;

/// <summary>The server, or a provider behind it, failed: 5xx.</summary>
public sealed class DeployServerException : DeployException
{
    /// <summary>Makes an exception without a message of its own.</summary>
    public DeployServerException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    public DeployServerException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DeployServerException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
