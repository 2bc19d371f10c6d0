using System.Globalization;
using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Commands;

/// <summary>Fills options from the environment. What is set already stays.</summary>
internal static class GatewayEnvironment
{
    /// <exception cref="GatewayStartException">A variable has a value that cannot be used.</exception>
    public static GatewayOptions Apply(GatewayOptions options) => Apply(options, Environment.GetEnvironmentVariable);

    public static GatewayOptions Apply(GatewayOptions options, Func<string, string?> variable)
    {
        string? storage = Read(EnvironmentNames.RateLimitStorage);
        if (storage is not null && !GatewayOptions.IsRateLimitStorage(storage))
        {
            // Without the value: it may hold a password.
            throw new GatewayStartException($"{EnvironmentNames.RateLimitStorage} must be memory:// or redis://[user:password@]host[:port][/database].");
        }

        string? failureMode = Read(EnvironmentNames.RateLimitFailureMode);
        if (failureMode is not (null or "open" or "closed"))
        {
            throw new GatewayStartException($"{EnvironmentNames.RateLimitFailureMode} is '{failureMode}', but must be open or closed.");
        }

        return options with
        {
            ConfigPath = options.ConfigPath ?? Read(EnvironmentNames.Config),
            ListPageSize = (int)(Number(EnvironmentNames.ListPageSize, 1, int.MaxValue) ?? options.ListPageSize),
            UpstreamTimeout = Seconds(EnvironmentNames.RouteTimeoutSeconds) ?? options.UpstreamTimeout,
            UpstreamConnectTimeout = Seconds(EnvironmentNames.ConnectTimeoutSeconds) ?? options.UpstreamConnectTimeout,
            UpstreamFirstByteTimeout = Seconds(EnvironmentNames.FirstByteTimeoutSeconds) ?? options.UpstreamFirstByteTimeout,
            UpstreamIdleTimeout = Seconds(EnvironmentNames.IdleTimeoutSeconds) ?? options.UpstreamIdleTimeout,
            UpstreamTotalTimeout = Seconds(EnvironmentNames.TotalTimeoutSeconds) ?? options.UpstreamTotalTimeout,
            AllowedProviders = Read(EnvironmentNames.AllowedProviders)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                ?? options.AllowedProviders,
            RateLimitStorage = storage ?? options.RateLimitStorage,
            RateLimitFailsOpen = failureMode is null ? options.RateLimitFailsOpen : failureMode == "open",
            ReloadInterval = Number(EnvironmentNames.ReloadSeconds, 0, TimeSpan.FromDays(1).TotalSeconds) switch
            {
                null => options.ReloadInterval,
                0 => Timeout.InfiniteTimeSpan,
                { } seconds => TimeSpan.FromSeconds(seconds),
            },
        };

        string? Read(string name) => variable(name) is { Length: > 0 } value ? value : null;

        TimeSpan? Seconds(string name) => Number(name, 0.001, TimeSpan.FromDays(1).TotalSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

        double? Number(string name, double minimum, double maximum)
        {
            if (Read(name) is not { } text)
            {
                return null;
            }

            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= minimum && value <= maximum)
            {
                return value;
            }

            throw new GatewayStartException(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}', but must be a number from {minimum} to {maximum}."));
        }
    }
}
