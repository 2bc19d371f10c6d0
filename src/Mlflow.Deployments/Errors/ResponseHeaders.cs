using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;

namespace Mlflow.Deployments.Errors;

/// <summary>Reads what servers say in headers about an answer: who may help, and when to come back.</summary>
internal static class ResponseHeaders
{
    private static readonly string[] RequestIdNames =
        ["x-request-id", "x-databricks-request-id", "request-id", "apim-request-id", "x-ms-request-id", "x-amzn-requestid", "x-correlation-id"];

    private static readonly RateLimitInfo Nothing = new();

    // The oldest of HTTP's three forms of a date: "Sun Nov  6 08:49:37 1994".
    private const string CDate = "ddd MMM d HH:mm:ss yyyy";

    private const double FirstUnixMoment = 1e9;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    public static string? RequestId(HttpResponseHeaders headers)
    {
        foreach (var name in RequestIdNames)
        {
            if (First(headers, name) is { Length: > 0 } id)
            {
                return id;
            }
        }

        return null;
    }

    /// <summary>Reads <c>Retry-After</c>: seconds (a fraction too), or an HTTP date; null when it is missing or cannot be read.</summary>
    public static TimeSpan? RetryAfter(HttpResponseHeaders headers, TimeProvider clock)
    {
        if (Number(First(headers, "retry-after-ms")) is { } milliseconds)
        {
            return Span(milliseconds / 1000);
        }

        var text = First(headers, "Retry-After");
        if (Number(text) is { } seconds)
        {
            return Span(seconds);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            || DateTimeOffset.TryParseExact(text, CDate, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out date)
            ? Span((date - clock.GetUtcNow()).TotalSeconds)
            : null;
    }

    public static RateLimitInfo? RateLimit(HttpResponseHeaders headers, TimeProvider clock)
    {
        RateLimitInfo? info = null;
        foreach (var (name, values) in headers.NonValidated)
        {
            // Most answers say nothing; then nothing is made.
            if (name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ratelimit-", StringComparison.OrdinalIgnoreCase))
            {
                info = Add(info ?? new(), name[(name.IndexOf("ratelimit-", StringComparison.OrdinalIgnoreCase) + "ratelimit-".Length)..].ToLowerInvariant(), values.ToString(), clock);
            }
        }

        return info is null || info == Nothing ? null : info;
    }

    private static RateLimitInfo Add(RateLimitInfo info, string name, string value, TimeProvider clock) => name switch
    {
        "limit-requests" or "limit" => info with { RequestLimit = Count(value) ?? info.RequestLimit },
        "remaining-requests" or "remaining" => info with { RequestsRemaining = Count(value) ?? info.RequestsRemaining },
        "reset-requests" or "reset" => info with { RequestsReset = Reset(value, clock) ?? info.RequestsReset },
        "limit-tokens" => info with { TokenLimit = Count(value) ?? info.TokenLimit },
        "remaining-tokens" => info with { TokensRemaining = Count(value) ?? info.TokensRemaining },
        "reset-tokens" => info with { TokensReset = Reset(value, clock) ?? info.TokensReset },
        _ => info,
    };

    // "100, 100;w=60": what stands before the comma counts.
    private static long? Count(string text) => Number(text.Split(',', ';')[0]) is { } number and >= 0 and < 9e18 ? (long)number : null;

    // A duration, or, of those who send that, a moment in Unix seconds.
    private static TimeSpan? Reset(string text, TimeProvider clock) =>
        Number(text) is { } moment and > FirstUnixMoment ? Span(moment - clock.GetUtcNow().ToUnixTimeSeconds()) : ParseDuration(text);

    /// <summary>Reads seconds (<c>12</c>, <c>0.5</c>) or Go's form, which OpenAI sends (<c>6m0s</c>, <c>120ms</c>).</summary>
    internal static TimeSpan? ParseDuration(string? text)
    {
        if (Number(text) is { } plain)
        {
            return Span(plain);
        }

        var seconds = 0d;
        var rest = text.AsSpan().Trim();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            rest = rest[digits..];
            var unitLength = rest.IndexOfAny(NumberCharacters) is var next and >= 0 ? next : rest.Length;
            var factor = rest[..unitLength] switch
            {
                "d" => 86400,
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                "ms" => 1e-3,
                "us" or "µs" => 1e-6,
                _ => double.NaN,
            };
            seconds += number * factor;
            rest = rest[unitLength..];
        }

        return string.IsNullOrWhiteSpace(text) || double.IsNaN(seconds) ? null : Span(seconds);
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number) ? number : null;

    // Nobody waits longer than a year, and TimeSpan.FromSeconds throws on what servers may send.
    private static TimeSpan Span(double seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 366d * 86400));

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
