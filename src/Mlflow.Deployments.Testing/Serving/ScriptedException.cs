using System.Runtime.ExceptionServices;

namespace Mlflow.Deployments.Testing.Serving;

/// <summary>Carries the exception of a stub through the client, which would else take some kinds for trouble with the network.</summary>
internal sealed class ScriptedException(Exception scripted) : Exception("A stub throws.", scripted)
{
    /// <summary>Finds the exception of a stub in what a call threw; null when there is none.</summary>
    public static ScriptedException? In(Exception thrown)
    {
        for (var cause = thrown; cause is not null; cause = cause.InnerException)
        {
            if (cause is ScriptedException scripted)
            {
                return scripted;
            }
        }

        return null;
    }

    /// <summary>Throws what the stub was told to throw: the same object.</summary>
    public void Throw() => ExceptionDispatchInfo.Throw(InnerException!);
}
