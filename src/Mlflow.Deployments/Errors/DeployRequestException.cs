namespace Mlflow.Deployments;

/// <summary>The server refused the request (4xx): the same request will be refused again.</summary>
public sealed class DeployRequestException : DeployException
{
    /// <summary>Makes an exception without a message of its own.</summary>
    public DeployRequestException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    public DeployRequestException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DeployRequestException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the position, in the input of a batch embedding, of the text that was refused; null when the exception is not about one text.</summary>
    public int? TextIndex { get; init; }
}
