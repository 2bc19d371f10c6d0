using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;

namespace Mlflow.Deployments.Errors;

/// <summary>Reads what servers say in headers about an answer: who may help, and when to come back.</summary>
internal static class ResponseHeaders
{
    private static readonly string[] RequestIdNames =
        ["x-request-id", "x-databricks-request-id", "request-id", "apim-request-id", "x-ms-request-id", "x-amzn-requestid", "x-correlation-id"];

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    public static string? RequestId(HttpResponseHeaders headers) =>
        RequestIdNames.Select(name => First(headers, name)).FirstOrDefault(id => !string.IsNullOrWhiteSpace(id));

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
            ? Span((date - clock.GetUtcNow()).TotalSeconds)
            : null;
    }

    public static RateLimitInfo? RateLimit(HttpResponseHeaders headers)
    {
        var info = new RateLimitInfo
        {
            RequestLimit = Count(headers, "x-ratelimit-limit-requests", "x-ratelimit-limit", "ratelimit-limit"),
            RequestsRemaining = Count(headers, "x-ratelimit-remaining-requests", "x-ratelimit-remaining", "ratelimit-remaining"),
            RequestsReset = Duration(headers, "x-ratelimit-reset-requests", "ratelimit-reset"),
            TokenLimit = Count(headers, "x-ratelimit-limit-tokens"),
            TokensRemaining = Count(headers, "x-ratelimit-remaining-tokens"),
            TokensReset = Duration(headers, "x-ratelimit-reset-tokens"),
        };
        return info == new RateLimitInfo() ? null : info;
    }

    private static long? Count(HttpResponseHeaders headers, params string[] names) =>
        names.Select(name => First(headers, name)).Select(Number).FirstOrDefault(number => number is >= 0 and < 9e18) is { } count ? (long)count : null;

    private static TimeSpan? Duration(HttpResponseHeaders headers, params string[] names) =>
        names.Select(name => First(headers, name)).Select(ParseDuration).FirstOrDefault(duration => duration is not null);

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
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
