using System.Globalization;

namespace Mlflow.Deployments.Tests;

/// <summary>How often a property test draws values. Runs that do all tests many times over (tests/mutation) set a bound in the environment.</summary>
internal static class PropertyRuns
{
    private static readonly int Bound = int.TryParse(Environment.GetEnvironmentVariable("MLFLOW_DEPLOYMENTS_PROPERTY_ITERATIONS"), CultureInfo.InvariantCulture, out var bound) ? bound : int.MaxValue;

    public static int AtMost(int usual) => Math.Min(usual, Bound);
}
