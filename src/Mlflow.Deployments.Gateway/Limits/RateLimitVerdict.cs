namespace Mlflow.Deployments.Gateway.Limits;

/// <summary>Whether a request may go on.</summary>
internal enum RateLimitVerdict
{
    /// <summary>Yes: nothing was counted.</summary>
    Uncounted,

    /// <summary>Yes, and it was counted.</summary>
    Admitted,

    /// <summary>No: too many have come.</summary>
    Exceeded,

    /// <summary>No: nobody can tell, and the gateway shall then let nothing through.</summary>
    Unavailable,
}
