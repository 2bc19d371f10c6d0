using System.Globalization;

namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>How far a run is at one moment.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Share">The share of it that is done, from 0 to 1.</param>
/// <param name="Rows">The rows that have a result of this run.</param>
/// <param name="Rate">Rows in a second.</param>
/// <param name="Tokens">The tokens that the server counted.</param>
/// <param name="Rejected">The rows that were rejected.</param>
/// <param name="Left">How long it will take; null while nobody knows.</param>
internal readonly record struct ProgressState(string Stage, double Share, long Rows, double Rate, long Tokens, long Rejected, TimeSpan? Left)
{
    /// <summary>Describes the state in a few words, with all digits.</summary>
    public string Describe() => Describe(isShort: false, withTokens: true, withRate: true);

    /// <summary>Describes the state in a few words: rows, rate, tokens, rejected rows, time left.</summary>
    /// <param name="isShort">Whether numbers are rounded: 12.3k.</param>
    /// <param name="withTokens">Whether tokens are told.</param>
    /// <param name="withRate">Whether the rate is told.</param>
    public string Describe(bool isShort, bool withTokens, bool withRate)
    {
        var parts = new List<string> { $"{Number(Rows)} {(Rows == 1 ? "row" : "rows")}" };
        if (withRate)
        {
            parts.Add(isShort ? $"{Number((long)Rate)}/s" : $"{Number((long)Rate)} rows/s");
        }

        if (withTokens && Tokens > 0)
        {
            parts.Add($"{Number(Tokens)} tokens");
        }

        if (Rejected > 0)
        {
            parts.Add($"{Number(Rejected)} rejected");
        }

        if (Left is { } left)
        {
            var hours = (int)left.TotalHours;
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{(hours > 0 || !isShort ? $"{hours:00}:" : "")}{left.Minutes:00}:{left.Seconds:00} left"));
        }

        return string.Join(", ", parts);

        string Number(long number) => isShort ? Short(number) : number.ToString("N0", CultureInfo.InvariantCulture);
    }

    private static string Short(long number) => number switch
    {
        < 10_000 => number.ToString("N0", CultureInfo.InvariantCulture),
        < 1_000_000 => Rounded(number / 1e3, "k"),
        < 1_000_000_000 => Rounded(number / 1e6, "M"),
        _ => Rounded(number / 1e9, "G"),
    };

    private static string Rounded(double number, string unit) => number.ToString(number < 100 ? "0.0" : "0", CultureInfo.InvariantCulture) + unit;
}
