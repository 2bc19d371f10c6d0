using System.Runtime.InteropServices;

namespace Mlflow.Deployments.Gateway.Limits;

/// <summary>What the count of an endpoint says to one request.</summary>
/// <param name="Verdict">Whether the request may go on.</param>
/// <param name="Remaining">Requests left in this period; meaningless where nothing was counted.</param>
/// <param name="Reset">Time until the period ends; meaningless where nothing was counted.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RateLimitDecision(RateLimitVerdict Verdict, int Remaining, TimeSpan Reset)
{
    public bool IsAdmitted => Verdict is RateLimitVerdict.Uncounted or RateLimitVerdict.Admitted;
}
