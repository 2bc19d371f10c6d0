using System.Reflection;

namespace Mlflow.Deployments.Mutation;

/// <summary>The client with all of Stryker's mutants in it, of which one at a time is active.</summary>
internal sealed class MutatedClient
{
    /// <summary>No mutant: the client as it was written.</summary>
    public const int None = -1;

    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    // Stryker puts this class into what it mutates.
    private static readonly Type Control = Assembly.Load("Mlflow.Deployments").GetTypes().Single(type => type.Name == "MutantControl");

    /// <summary>Makes a mutant the active one.</summary>
    public static void Activate(int mutant) => Control.GetField("ActiveMutant", Any)!.SetValue(null, mutant);

    /// <summary>Begins to note which mutants are come by.</summary>
    public static void Observe()
    {
        Control.GetField("CaptureCoverage", Any)!.SetValue(null, true);
        Control.GetMethod("ResetCoverage", Any)!.Invoke(null, null);
    }

    /// <summary>Returns the mutants that were come by since the last call.</summary>
    public static IEnumerable<int> TakeObserved() => ((IList<int>[])Control.GetMethod("GetCoverageData", Any)!.Invoke(null, null)!).SelectMany(mutants => mutants).Distinct();
}
