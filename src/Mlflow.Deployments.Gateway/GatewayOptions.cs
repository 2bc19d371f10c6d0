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
    public TimeSpan UpstreamTimeout { get; init; } = Defaults.UpstreamTimeout;

    /// <summary>Gets the number of endpoints on one page of the catalogue.</summary>
    /// <value>3000.</value>
    public int ListPageSize { get; init; } = Defaults.ListPageSize;

    /// <summary>Gets the size of the largest request body that is taken; larger ones get status 413.</summary>
    /// <value>64 MiB, in bytes.</value>
    public long MaxRequestBodySize { get; init; } = Defaults.MaxRequestBodySize;

    /// <summary>Gets the providers that a configuration may use, in any spelling.</summary>
    /// <value>Null: all.</value>
    public IReadOnlyCollection<string>? AllowedProviders { get; init; }

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

        if (UpstreamTimeout <= TimeSpan.Zero || UpstreamTimeout > Defaults.MaxUpstreamTimeout)
        {
            throw Wrong(nameof(UpstreamTimeout), FormattableString.Invariant($"must be more than zero and at most {Defaults.MaxUpstreamTimeout.TotalDays} days"));
        }
    }

    private static ArgumentException Wrong(string property, string rule) => new($"{nameof(GatewayOptions)}.{property} {rule}.", property);

    /// <summary>The defaults, in one place.</summary>
    internal static class Defaults
    {
        public const string Host = "127.0.0.1";
        public const int Port = 5000;
        public const int ListPageSize = 3000;
        public const long MaxRequestBodySize = 64 * 1024 * 1024;

        public static TimeSpan UpstreamTimeout { get; } = TimeSpan.FromSeconds(300);

        /// <summary>Far below the longest time that a timer takes.</summary>
        public static TimeSpan MaxUpstreamTimeout { get; } = TimeSpan.FromDays(30);
    }
}
