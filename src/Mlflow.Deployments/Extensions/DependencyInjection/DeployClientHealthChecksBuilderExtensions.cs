using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mlflow.Deployments;
using Mlflow.Deployments.Extensions.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds checks of MLflow AI Gateways to the app's health checks.</summary>
public static class DeployClientHealthChecksBuilderExtensions
{
    /// <summary>Adds a check that asks whether the gateway of a registered client is well, and has the endpoints that the app needs.</summary>
    /// <param name="builder">The health checks of the app.</param>
    /// <param name="name">The name of the check; null for <c>mlflow-deployments</c>, with <c>-KEY</c> behind it for a client with a key.</param>
    /// <param name="requiredEndpoints">The endpoints that the app needs; null or empty when it does not matter, and the catalogue is not asked then.</param>
    /// <param name="serviceKey">The key of the client; null for the one without a key.</param>
    /// <param name="failureStatus">What is reported for a gateway that is not well; null for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">The tags of the check; null for none.</param>
    /// <param name="timeout">The longest that the check may take; null for 10 seconds.</param>
    /// <returns>The health checks of the app.</returns>
    /// <remarks>
    /// Healthy: the gateway is well and has every endpoint. Degraded: it is well, and an endpoint is missing. Otherwise <paramref name="failureStatus"/>. The
    /// data of the result are <c>target</c> (the address, without credentials), <c>status</c> (the server's word), <c>statusCode</c>, <c>missingEndpoints</c> and
    /// <c>latencyMs</c>, as far as they are known.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive, or longer than 49 days.</exception>
    public static IHealthChecksBuilder AddDeployClient(
        this IHealthChecksBuilder builder,
        string? name = null,
        IEnumerable<string>? requiredEndpoints = null,
        object? serviceKey = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var limit = timeout ?? Defaults.HealthTimeout;
        if (limit <= TimeSpan.Zero || limit > Defaults.LongestTimeout)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, $"The time must be positive and up to {Defaults.LongestTimeout.Days} days.");
        }

        string[] required = [.. requiredEndpoints ?? []];
        return builder.Add(new(
            name ?? (serviceKey is null ? "mlflow-deployments" : $"mlflow-deployments-{serviceKey}"),
            services => new DeployClientHealthCheck(
                serviceKey is null ? services.GetRequiredService<IDeployClient>() : services.GetRequiredKeyedService<IDeployClient>(serviceKey),
                required,
                limit,
                services.GetService<TimeProvider>() ?? TimeProvider.System),
            failureStatus,
            tags));
    }
}
