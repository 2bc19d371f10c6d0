using System.Globalization;
using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Commands;

/// <summary>Fills options from the environment. What is set already stays.</summary>
internal static class GatewayEnvironment
{
    private const string MemoryStorage = "memory://";

    /// <exception cref="GatewayStartException">A variable has a value that cannot be used.</exception>
    public static GatewayOptions Apply(GatewayOptions options) => Apply(options, Environment.GetEnvironmentVariable);

    public static GatewayOptions Apply(GatewayOptions options, Func<string, string?> variable)
    {
        string? storage = Read(EnvironmentNames.RateLimitStorage);
        if (storage is not null && !storage.StartsWith(MemoryStorage, StringComparison.Ordinal))
        {
            throw new GatewayStartException($"{EnvironmentNames.RateLimitStorage} must be {MemoryStorage}; this gateway counts in memory only.");
        }

        return options with
        {
            ConfigPath = options.ConfigPath ?? Read(EnvironmentNames.Config),
            ListPageSize = (int)(Number(EnvironmentNames.ListPageSize, int.MaxValue) ?? options.ListPageSize),
            UpstreamTimeout = Number(EnvironmentNames.RouteTimeoutSeconds, TimeSpan.FromDays(1).TotalSeconds) is { } seconds
                ? TimeSpan.FromSeconds(seconds)
                : options.UpstreamTimeout,
            AllowedProviders = Read(EnvironmentNames.AllowedProviders)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                ?? options.AllowedProviders,
        };

        string? Read(string name) => variable(name) is { Length: > 0 } value ? value : null;

        double? Number(string name, double maximum)
        {
            if (Read(name) is not { } text)
            {
                return null;
            }

            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= 1 && value <= maximum)
            {
                return value;
            }

            throw new GatewayStartException(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}', but must be a number from 1 to {maximum}."));
        }
    }
}
