namespace Mlflow.Deployments;

/// <summary>A time limit of ours ran out. Nothing is sent again after that: the model may have done the paid work.</summary>
public sealed class DeployTimeoutException : DeployException
{
    /// <summary>Makes an exception without a message of its own.</summary>
    public DeployTimeoutException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    public DeployTimeoutException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What failed, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public DeployTimeoutException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the name of the option whose limit ran out, for example <c>StreamIdleTimeout</c>.</summary>
    public string? OptionName { get; init; }

    /// <summary>Gets the limit that ran out.</summary>
    public TimeSpan Limit { get; init; }

    /// <summary>Gets the number of chunks that had come; 0 for calls without a stream.</summary>
    public int ChunksReceived { get; init; }
}
