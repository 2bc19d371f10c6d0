namespace Mlflow.Deployments.Cli;

/// <summary>What the program ends with; part of its contract with scripts.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>A request, or work on a file, failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line, a target or an input cannot be used; nothing was asked.</summary>
    public const int Usage = 2;

    /// <summary>The server is not healthy, or does not answer; <c>health</c> only.</summary>
    public const int Unhealthy = 3;

    /// <summary>Everything was done, but some rows were rejected; <c>embed</c> only.</summary>
    public const int RowsRejected = 4;

    /// <summary>Stopped by Ctrl-C, as shells count it: 128 + SIGINT.</summary>
    public const int Cancelled = 130;

    /// <summary>Whoever read the output has gone, as shells count it: 128 + SIGPIPE.</summary>
    public const int OutputClosed = 141;
}
