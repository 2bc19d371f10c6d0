namespace Mlflow.Deployments.Cli.Console;

/// <summary>Whoever read the output has gone, for example <c>head</c> when it has seen enough; there is nobody to tell anything.</summary>
internal sealed class OutputClosedException(IOException inner) : IOException(inner.Message, inner);
