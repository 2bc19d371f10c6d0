namespace Mlflow.Deployments.Testing.Scripts;

/// <summary>What happens in one step of an answer.</summary>
internal enum StepKind
{
    /// <summary>Sends bytes, and the headers before them.</summary>
    Send,

    /// <summary>Sends the headers alone.</summary>
    Headers,

    /// <summary>Lets time pass.</summary>
    Wait,

    /// <summary>Says nothing until the test releases the silence.</summary>
    Silence,

    /// <summary>Ends the connection in the middle of the body.</summary>
    Cut,

    /// <summary>Resets the connection.</summary>
    Reset,
}
