namespace Mlflow.Deployments.Transport;

/// <summary>A body does not match its <c>Content-Encoding</c>. Each decoder says that with an exception of its own; above this one is known.</summary>
internal sealed class CorruptBodyException(Exception cause) : Exception("The body does not match its Content-Encoding.", cause);
