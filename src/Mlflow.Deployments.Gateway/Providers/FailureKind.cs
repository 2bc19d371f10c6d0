namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>Who failed, and how. <see cref="ProviderException.StatusOf"/> has the status of each.</summary>
internal enum FailureKind
{
    /// <summary>The client: this provider cannot take the request.</summary>
    RequestRefused,

    /// <summary>The client: this provider does not do that at all.</summary>
    NotImplemented,

    /// <summary>The provider: it answered with an error status, which is handed through.</summary>
    UpstreamStatus,

    /// <summary>The provider: no connection, or it closed before answering.</summary>
    UpstreamUnreachable,

    /// <summary>The provider: silent for too long.</summary>
    UpstreamTimeout,

    /// <summary>The provider: the answer broke off.</summary>
    UpstreamBrokenOff,

    /// <summary>The provider: the answer is not what was asked for.</summary>
    UpstreamUnreadable,

    /// <summary>The provider: it reported an error inside an answer of status 200.</summary>
    UpstreamReportedError,

    /// <summary>The client: too many requests for the endpoint's limit.</summary>
    RateLimited,

    /// <summary>Nobody: the count of the limit cannot be reached.</summary>
    LimitUnavailable,

    /// <summary>Whoever gives out the credentials for the provider: it refused, or could not be reached, or none were found.</summary>
    CredentialsUnavailable,

    /// <summary>Nobody: the gateway ends and the answer did not in time.</summary>
    ShuttingDown,
}
