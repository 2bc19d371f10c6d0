using Mlflow.Deployments.Gateway.Limits;

namespace Mlflow.Deployments.Gateway;

/// <summary>How a <see cref="GatewayApplication"/> is started. Without a configuration it serves a built-in one that needs no key and no network.</summary>
public sealed record GatewayOptions
{
    /// <summary>Gets the path of the configuration file (YAML or JSON).</summary>
    /// <value>Null: see <see cref="ConfigYaml"/>.</value>
    public string? ConfigPath { get; init; }

    /// <summary>Gets the text of the configuration, in place of a file.</summary>
    /// <value>Null: the built-in configuration, unless <see cref="ConfigPath"/> is set.</value>
    public string? ConfigYaml { get; init; }

    /// <summary>Gets the address to listen on.</summary>
    /// <value>127.0.0.1. An IP address, or <c>localhost</c>.</value>
    public string Host { get; init; } = Defaults.Host;

    /// <summary>Gets the port to listen on.</summary>
    /// <value>5000. 0 takes any free port; <see cref="GatewayApplication.Address"/> tells which.</value>
    public int Port { get; init; } = Defaults.Port;

    /// <summary>Gets the longest silence of a provider before a request to it is given up with status 504.</summary>
    /// <value>300 seconds. For streams: between two pieces, not for the whole.</value>
    /// <remarks>Applies wherever <see cref="UpstreamFirstByteTimeout"/> and <see cref="UpstreamIdleTimeout"/> say nothing else. An endpoint may have limits of its own.</remarks>
    public TimeSpan UpstreamTimeout { get; init; } = Defaults.UpstreamTimeout;

    /// <summary>Gets the longest time for a connection to a provider, name lookup and TLS included.</summary>
    /// <value>15 seconds.</value>
    public TimeSpan UpstreamConnectTimeout { get; init; } = Defaults.UpstreamConnectTimeout;

    /// <summary>Gets the longest time from the start of a call to the first byte of the provider's answer.</summary>
    /// <value>Null: <see cref="UpstreamTimeout"/>.</value>
    public TimeSpan? UpstreamFirstByteTimeout { get; init; }

    /// <summary>Gets the longest silence inside a provider's answer.</summary>
    /// <value>Null: <see cref="UpstreamTimeout"/>.</value>
    public TimeSpan? UpstreamIdleTimeout { get; init; }

    /// <summary>Gets the longest time for a whole call to a provider, streams included.</summary>
    /// <value>Null: no limit.</value>
    public TimeSpan? UpstreamTotalTimeout { get; init; }

    /// <summary>Gets the number of endpoints on one page of the catalogue.</summary>
    /// <value>3000.</value>
    public int ListPageSize { get; init; } = Defaults.ListPageSize;

    /// <summary>Gets the size of the largest request body that is taken; larger ones get status 413.</summary>
    /// <value>64 MiB, in bytes.</value>
    public long MaxRequestBodySize { get; init; } = Defaults.MaxRequestBodySize;

    /// <summary>Gets the providers that a configuration may use, in any spelling.</summary>
    /// <value>Null: all.</value>
    public IReadOnlyCollection<string>? AllowedProviders { get; init; }

    /// <summary>Gets where the rate limits are counted: <c>memory://</c>, or <c>redis://[user:password@]host[:port][/database]</c> for several gateways together.</summary>
    /// <value><c>memory://</c>. With <c>rediss://</c> the connection is encrypted.</value>
    public string RateLimitStorage { get; init; } = Defaults.RateLimitStorage;

    /// <summary>Gets whether requests to endpoints with a limit are let through, uncounted, while the storage of the limits cannot be reached.</summary>
    /// <value>True. False answers them with status 503.</value>
    public bool RateLimitFailsOpen { get; init; } = true;

    /// <summary>Gets how often the gateway looks whether its configuration file, or a file with a key, has changed. Most changes are seen at once, without this.</summary>
    /// <value>2 seconds. <see cref="Timeout.InfiniteTimeSpan"/> never reloads.</value>
    public TimeSpan ReloadInterval { get; init; } = Defaults.ReloadInterval;

    /// <summary>Gets the clock of limits and time-outs.</summary>
    /// <value>The system's clock.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Gets where the gateway logs. It logs no keys, prompts or answers.</summary>
    /// <value>Null: nowhere.</value>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Describes the options without the configuration's text, which may hold keys.</summary>
    public override string ToString() => FormattableString.Invariant($"GatewayOptions {{ Host = {Host}, Port = {Port}, ConfigPath = {ConfigPath} }}");

    /// <exception cref="ArgumentException">A value cannot be used.</exception>
    internal void Validate()
    {
        if (Port is < 0 or > ushort.MaxValue)
        {
            throw Wrong(nameof(Port), "must be from 0 to 65535");
        }

        if (ListPageSize < 1)
        {
            throw Wrong(nameof(ListPageSize), "must be 1 or more");
        }

        if (MaxRequestBodySize < 1)
        {
            throw Wrong(nameof(MaxRequestBodySize), "must be 1 or more");
        }

        if (!IsRateLimitStorage(RateLimitStorage))
        {
            throw Wrong(nameof(RateLimitStorage), "must be memory:// or redis://[user:password@]host[:port][/database]");
        }

        if (ReloadInterval <= TimeSpan.Zero && ReloadInterval != Timeout.InfiniteTimeSpan)
        {
            throw Wrong(nameof(ReloadInterval), "must be more than zero, or Timeout.InfiniteTimeSpan");
        }

        CheckTime(nameof(UpstreamTimeout), UpstreamTimeout);
        CheckTime(nameof(UpstreamConnectTimeout), UpstreamConnectTimeout);
        CheckTime(nameof(UpstreamFirstByteTimeout), UpstreamFirstByteTimeout);
        CheckTime(nameof(UpstreamIdleTimeout), UpstreamIdleTimeout);
        CheckTime(nameof(UpstreamTotalTimeout), UpstreamTotalTimeout);
    }

    internal static bool IsRateLimitStorage(string text) => text.StartsWith(Defaults.RateLimitStorage, StringComparison.Ordinal) || RedisAddress.IsValid(text);

    private static void CheckTime(string property, TimeSpan? value)
    {
        if (value < Defaults.MinUpstreamTimeout || value > Defaults.MaxUpstreamTimeout)
        {
            throw Wrong(property, FormattableString.Invariant($"must be at least 1 millisecond and at most {Defaults.MaxUpstreamTimeout.TotalDays} days"));
        }
    }

    private static ArgumentException Wrong(string property, string rule) => new($"{nameof(GatewayOptions)}.{property} {rule}.", property);

    /// <summary>The defaults, in one place.</summary>
    internal static class Defaults
    {
        public const string Host = "127.0.0.1";
        public const int Port = 5000;
        public const int ListPageSize = 3000;
        public const string RateLimitStorage = "memory://";
        public const long MaxRequestBodySize = 64 * 1024 * 1024;

        public static TimeSpan UpstreamTimeout { get; } = TimeSpan.FromSeconds(300);

        public static TimeSpan ReloadInterval { get; } = TimeSpan.FromSeconds(2);

        public static TimeSpan UpstreamConnectTimeout { get; } = TimeSpan.FromSeconds(15);

        /// <summary>What a timer can tell from none.</summary>
        public static TimeSpan MinUpstreamTimeout { get; } = TimeSpan.FromMilliseconds(1);

        /// <summary>Far below the longest time that a timer takes.</summary>
        public static TimeSpan MaxUpstreamTimeout { get; } = TimeSpan.FromDays(30);
    }
}
