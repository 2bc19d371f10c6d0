namespace Mlflow.Deployments.Testing;

/// <summary>A fake was not asked what the test expected. Test frameworks show the message, which lists what came.</summary>
public sealed class FakeVerificationException : Exception
{
    /// <summary>Makes an exception without a message of its own.</summary>
    public FakeVerificationException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What was expected and what came.</param>
    public FakeVerificationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What was expected and what came.</param>
    /// <param name="innerException">The cause.</param>
    public FakeVerificationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
