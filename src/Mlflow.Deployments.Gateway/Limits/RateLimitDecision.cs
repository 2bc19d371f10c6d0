namespace Mlflow.Deployments.Gateway.Limits;

/// <summary>Whether a request may go on, and if not, when to come back.</summary>
internal readonly record struct RateLimitDecision(bool IsAdmitted, TimeSpan RetryAfter);
