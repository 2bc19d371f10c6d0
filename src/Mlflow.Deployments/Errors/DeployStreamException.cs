namespace Mlflow.Deployments;

/// <summary>A stream failed after it had begun: the answer so far is not whole.</summary>
public sealed class DeployStreamException : DeployException
{
    /// <summary>Makes an exception without a message of its own.</summary>
    public DeployStreamException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    public DeployStreamException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DeployStreamException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the number of chunks that had come.</summary>
    public int ChunksReceived { get; init; }
}
