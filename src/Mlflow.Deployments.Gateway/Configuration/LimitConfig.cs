namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>How often an endpoint may be called.</summary>
/// <param name="Calls">Calls in one period, from 1 on.</param>
/// <param name="Key">As the file has it; the catalogue repeats it.</param>
/// <param name="RenewalPeriod">As the file has it; the catalogue repeats it.</param>
/// <param name="Period">The period, understood.</param>
internal sealed record LimitConfig(int Calls, string? Key, string RenewalPeriod, RenewalPeriod Period);
