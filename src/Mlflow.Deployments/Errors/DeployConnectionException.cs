namespace Mlflow.Deployments;

/// <summary>No whole answer came: the name is unknown, the connection was refused, or it broke.</summary>
public sealed class DeployConnectionException : DeployException
{
    /// <summary>Makes an exception without a message of its own.</summary>
    public DeployConnectionException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    public DeployConnectionException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DeployConnectionException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
