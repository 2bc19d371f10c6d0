namespace Mlflow.Deployments;

/// <summary>The server has no such endpoint: 404.</summary>
public sealed class DeployEndpointNotFoundException : DeployException
{
    /// <summary>Makes an exception without a message of its own.</summary>
    public DeployEndpointNotFoundException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    public DeployEndpointNotFoundException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DeployEndpointNotFoundException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
