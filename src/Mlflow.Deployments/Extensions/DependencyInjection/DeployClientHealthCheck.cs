using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mlflow.Deployments.Extensions.DependencyInjection;

/// <summary>Asks whether a gateway is well and has the endpoints that an app needs.</summary>
internal sealed class DeployClientHealthCheck(IDeployClient client, IReadOnlyList<string> required, TimeSpan timeout, TimeProvider clock) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var time = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        var began = clock.GetTimestamp();
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        if (client is DeployClient { Server: var target })
        {
            data["target"] = target;
        }

        HealthCheckResult Result(HealthStatus status, string? description, Exception? exception = null)
        {
            data["latencyMs"] = clock.GetElapsedTime(began).TotalMilliseconds;
            return new(status, description, exception, data);
        }

        try
        {
            var health = await client.GetHealthAsync(either.Token).ConfigureAwait(false);
            Add(data, health);
            if (!health.IsHealthy)
            {
                return Result(context.Registration.FailureStatus, health.Error);
            }

            var missing = await MissingAsync(either.Token).ConfigureAwait(false);
            if (missing.Count == 0)
            {
                return Result(HealthStatus.Healthy, "The gateway is well.");
            }

            data["missingEndpoints"] = missing;
            return Result(HealthStatus.Degraded, $"The gateway is well, but has no endpoint {string.Join(", ", missing.Select(name => $"'{name}'"))}.");
        }
        catch (DeployException e)
        {
            // Well by its own word, but it does not tell its endpoints: refused, broken, too slow.
            return Result(context.Registration.FailureStatus, e.Message, e);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && time.IsCancellationRequested)
        {
            return Result(context.Registration.FailureStatus, $"The gateway did not answer within {timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s.");
        }
    }

    private static void Add(Dictionary<string, object> data, GatewayHealth health)
    {
        if (health.Status is { } word)
        {
            data["status"] = word;
        }

        if (health.StatusCode is { } code)
        {
            data["statusCode"] = (int)code;
        }
    }

    private async Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancellationToken)
    {
        var missing = new List<string>(required);
        if (missing.Count > 0)
        {
            await foreach (var endpoint in client.ListEndpointsAsync(cancellationToken).ConfigureAwait(false))
            {
                missing.RemoveAll(name => name == endpoint.Name);
                if (missing.Count == 0)
                {
                    break;
                }
            }
        }

        return missing;
    }
}
