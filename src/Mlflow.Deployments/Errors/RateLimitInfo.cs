namespace Mlflow.Deployments;

/// <summary>What a server says about its limits in <c>x-ratelimit-*</c> or <c>ratelimit-*</c> headers. What it does not say is null.</summary>
public sealed record RateLimitInfo
{
    /// <summary>Gets the number of requests allowed in a period.</summary>
    public long? RequestLimit { get; init; }

    /// <summary>Gets the number of requests left in this period.</summary>
    public long? RequestsRemaining { get; init; }

    /// <summary>Gets the time until the count of requests starts anew.</summary>
    public TimeSpan? RequestsReset { get; init; }

    /// <summary>Gets the number of tokens allowed in a period.</summary>
    public long? TokenLimit { get; init; }

    /// <summary>Gets the number of tokens left in this period.</summary>
    public long? TokensRemaining { get; init; }

    /// <summary>Gets the time until the count of tokens starts anew.</summary>
    public TimeSpan? TokensReset { get; init; }
}
