using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Mlflow.Deployments.Extensions.DependencyInjection;

/// <summary>
/// Reads options from a section of the configuration. By hand: the configuration binder ignores keys that it does not know, stops at the first value that
/// it cannot read, takes the 30 of a time limit for 30 days, and uses reflection.
/// </summary>
internal static class OptionsBinder
{
    // Reads a value into the options; tells what is wrong with it, else null.
    private delegate string? Setting(IConfigurationSection value, DeployClientOptions options);

    private static readonly Dictionary<string, Setting> Settings = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(DeployClientOptions.Target)] = Text(static (options, value) => options.Target = value),
        [nameof(DeployClientOptions.Dialect)] = Choice<DeployDialect>(static (options, value) => options.Dialect = value),
        [nameof(DeployClientOptions.Token)] = Text(static (options, value) => options.Token = value),
        [nameof(DeployClientOptions.Username)] = Text(static (options, value) => options.Username = value),
        [nameof(DeployClientOptions.Password)] = Text(static (options, value) => options.Password = value),
        [nameof(DeployClientOptions.DefaultHeaders)] = BindHeaders,
        [nameof(DeployClientOptions.AllowInsecureTls)] = Flag(static (options, value) => options.AllowInsecureTls = value),
        [nameof(DeployClientOptions.Timeout)] = Time(static (options, value) => options.Timeout = value),
        [nameof(DeployClientOptions.CatalogTimeout)] = Time(static (options, value) => options.CatalogTimeout = value),
        [nameof(DeployClientOptions.FirstByteTimeout)] = Time(static (options, value) => options.FirstByteTimeout = value),
        [nameof(DeployClientOptions.StreamIdleTimeout)] = Time(static (options, value) => options.StreamIdleTimeout = value),
        [nameof(DeployClientOptions.MaxEventBytes)] = Number(static (options, value) => options.MaxEventBytes = value),
        [nameof(DeployClientOptions.IncludeStreamUsage)] = Flag(static (options, value) => options.IncludeStreamUsage = value),
        [nameof(DeployClientOptions.MaxRetries)] = Number(static (options, value) => options.MaxRetries = value),
        [nameof(DeployClientOptions.RetryMode)] = Choice<RetryMode>(static (options, value) => options.RetryMode = value),
        [nameof(DeployClientOptions.RetryDelay)] = Time(static (options, value) => options.RetryDelay = value),
        [nameof(DeployClientOptions.RespectRetryAfter)] = Flag(static (options, value) => options.RespectRetryAfter = value),
        [nameof(DeployClientOptions.MaxRetryAfter)] = Time(static (options, value) => options.MaxRetryAfter = value),
        [nameof(DeployClientOptions.CircuitBreaker)] = BindCircuitBreaker,
        [nameof(DeployClientOptions.MaxConcurrentRequests)] = Number(static (options, value) => options.MaxConcurrentRequests = value),
        [nameof(DeployClientOptions.EnableSensitiveData)] = Flag(static (options, value) => options.EnableSensitiveData = value),
        [nameof(DeployClientOptions.TokenProvider)] = InCodeOnly,
        [nameof(DeployClientOptions.TimeProvider)] = InCodeOnly,
        [nameof(DeployClientOptions.LoggerFactory)] = InCodeOnly,
    };

    private static readonly Dictionary<string, Setting> BreakerSettings = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(CircuitBreakerOptions.FailureRatio)] = Value<double>(
            (string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value),
            "a number is expected, for example 0.5",
            static (options, value) => options.CircuitBreaker!.FailureRatio = value),
        [nameof(CircuitBreakerOptions.MinimumThroughput)] = Number(static (options, value) => options.CircuitBreaker!.MinimumThroughput = value),
        [nameof(CircuitBreakerOptions.SamplingDuration)] = Time(static (options, value) => options.CircuitBreaker!.SamplingDuration = value),
        [nameof(CircuitBreakerOptions.BreakDuration)] = Time(static (options, value) => options.CircuitBreaker!.BreakDuration = value),
    };

    private delegate bool Parser<T>(string text, out T value);

    /// <summary>Gets the names of what can be set in a section.</summary>
    public static IEnumerable<string> Names => Settings.Where(setting => setting.Value != InCodeOnly).Select(setting => setting.Key);

    /// <summary>Reads a section into options.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">What is read into.</param>
    /// <param name="isForeign">Tells whether a part of the section belongs to somebody else; null when none does.</param>
    /// <returns>What could not be read: one line each, with the path of the value.</returns>
    public static IReadOnlyList<string> Bind(IConfigurationSection section, DeployClientOptions options, Func<IConfigurationSection, bool>? isForeign = null) =>
        Bind(section, Settings, options, isForeign);

    private static List<string> Bind(IConfigurationSection section, Dictionary<string, Setting> settings, DeployClientOptions options, Func<IConfigurationSection, bool>? isForeign = null)
    {
        List<string> problems = [];
        foreach (var child in section.GetChildren())
        {
            if (!settings.TryGetValue(child.Key, out var setting))
            {
                if (isForeign?.Invoke(child) is not true)
                {
                    problems.Add($"{child.Path} is no setting of a client. Known are: {string.Join(", ", settings.Where(known => known.Value != InCodeOnly).Select(known => known.Key))}.");
                }
            }
            else if (setting(child, options) is { } problem)
            {
                problems.Add(problem);
            }
        }

        return problems;
    }

    private static string? BindCircuitBreaker(IConfigurationSection section, DeployClientOptions options)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            return $"{section.Path} is a value; a section is expected, for example with {nameof(CircuitBreakerOptions.FailureRatio)} in it.";
        }

        if (!section.GetChildren().Any())
        {
            return null;
        }

        options.CircuitBreaker ??= new();
        return Bind(section, BreakerSettings, options) is { Count: > 0 } problems ? string.Join('\n', problems) : null;
    }

    // The value of a header may be a secret; its name is none.
    private static string? BindHeaders(IConfigurationSection section, DeployClientOptions options)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            return $"{section.Path} is a value; a section is expected, with the names of headers as keys.";
        }

        foreach (var header in section.GetChildren())
        {
            if (header.Value is not { } value)
            {
                return $"{header.Path} has no value; a text is expected.";
            }

            options.DefaultHeaders[header.Key] = value;
        }

        return null;
    }

    private static string? InCodeOnly(IConfigurationSection value, DeployClientOptions options) =>
        $"{value.Path} cannot be set in the configuration, only in code.";

    private static Setting Text(Action<DeployClientOptions, string> set) => (section, options) =>
    {
        if (section.Value is { } value)
        {
            set(options, value);
            return null;
        }

        return section.GetChildren().Any() ? $"{section.Path} is a section; a text is expected." : null;
    };

    private static Setting Flag(Action<DeployClientOptions, bool> set) => Value<bool>(bool.TryParse, "true or false is expected", set);

    private static Setting Number(Action<DeployClientOptions, int> set) =>
        Value((string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value), "a whole number is expected", set);

    private static Setting Choice<T>(Action<DeployClientOptions, T> set)
        where T : struct, Enum =>
        Value((string text, out T value) => Enum.TryParse(text, ignoreCase: true, out value), $"one of {string.Join(", ", Enum.GetNames<T>())} is expected", set);

    private static Setting Time(Action<DeployClientOptions, TimeSpan> set) =>
        Value<TimeSpan>(TryParseTime, "a time is expected as hours:minutes:seconds, for example 00:01:30, or Infinite for no limit", set);

    private static Setting Value<T>(Parser<T> parse, string expected, Action<DeployClientOptions, T> set) => (section, options) =>
    {
        if (section.Value is not { } text)
        {
            return section.GetChildren().Any() ? $"{section.Path} is a section; {expected}." : null;
        }

        if (!parse(text.Trim(), out var value))
        {
            return $"{section.Path} is '{text}'; {expected}.";
        }

        set(options, value);
        return null;
    };

    // "30" would be 30 days.
    private static bool TryParseTime(string text, out TimeSpan value)
    {
        if (text.Equals("Infinite", StringComparison.OrdinalIgnoreCase))
        {
            value = Timeout.InfiniteTimeSpan;
            return true;
        }

        value = default;
        return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value);
    }
}
