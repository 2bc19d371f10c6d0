using System.Globalization;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>A period such as "minute" or "5 minutes".</summary>
internal readonly record struct RenewalPeriod(int Multiple, string Unit, TimeSpan Length)
{
    public const string Known = "second, minute, hour, day, month or year, with a number before it if need be (\"5 minutes\")";

    public static RenewalPeriod? Parse(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int multiple = 1;
        if (words.Length is 0 or > 2
            || (words.Length == 2 && (!int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out multiple) || multiple < 1)))
        {
            return null;
        }

        string unit = words[^1].ToLowerInvariant();
        if (unit.EndsWith('s'))
        {
            unit = unit[..^1];
        }
        // A month is 30 days and a year 12 of them, as in the limiter of MLflow's own gateway.
        TimeSpan? one = unit switch
        {
            "second" => TimeSpan.FromSeconds(1),
            "minute" => TimeSpan.FromMinutes(1),
            "hour" => TimeSpan.FromHours(1),
            "day" => TimeSpan.FromDays(1),
            "month" => TimeSpan.FromDays(30),
            "year" => TimeSpan.FromDays(360),
            _ => null,
        };
        return one is { } length && multiple <= TimeSpan.MaxValue / length ? new RenewalPeriod(multiple, unit, length * multiple) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Multiple} {Unit}");
}
