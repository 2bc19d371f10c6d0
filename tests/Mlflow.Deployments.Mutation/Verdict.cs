namespace Mlflow.Deployments.Mutation;

/// <summary>What became of a mutant, the best last.</summary>
internal enum Verdict
{
    /// <summary>No test comes by it.</summary>
    NotCovered,

    /// <summary>No test failed.</summary>
    Survived,

    /// <summary>The tests did not end.</summary>
    TimedOut,

    /// <summary>A test failed.</summary>
    Killed,
}
