using System.Globalization;
using System.Text.RegularExpressions;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Takes plausible values for the properties of a schema out of the user's message.</summary>
internal sealed partial class MessageHints(string text)
{
    private const int MatchTimeoutMs = 250;

    // What is worth finding is said early.
    private const int Longest = 4000;

    private readonly string _head = text.Length > Longest ? text[..Longest] : text;

    /// <summary>Returns a text for a property, or null when the message holds none that is easy to see.</summary>
    /// <param name="name">The property: "city" finds "in Paris", "name" finds "called Ada", "query" takes the whole message, others find "title: Dune".</param>
    public string? Text(string name)
    {
        Match? match = null;
        switch (name.ToUpperInvariant())
        {
            case "CITY" or "LOCATION" or "PLACE" or "TOWN" or "COUNTRY" or "DESTINATION":
                match = Place().Match(_head);
                break;
            case "NAME" or "PERSON" or "FIRST_NAME":
                match = Name().Match(_head);
                break;
            case "QUERY" or "QUESTION" or "TEXT" or "PROMPT" or "MESSAGE" or "INPUT" when !string.IsNullOrWhiteSpace(text):
                return text.Trim();
        }

        if (match is not { Success: true })
        {
            match = NamedValues().Matches(_head).FirstOrDefault(m => IsName(m.Groups["name"].Value, name));
        }

        return match?.Groups["value"].Value;
    }

    /// <summary>Returns the number that stands next to the property's name, else the only number of the message, else null.</summary>
    public decimal? Number(string name)
    {
        Match[] numbers = Numbers().Matches(_head).ToArray();
        Match? match = Array.Find(numbers, m => IsName(m.Groups["before"].Value, name) || IsName(m.Groups["after"].Value, name));
        match ??= numbers.Length == 1 ? numbers[0] : null;
        string? found = match?.Groups["value"].Value;
        return decimal.TryParse(found, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number) ? number : null;
    }

    /// <summary>Tells whether a value stands in the message as words of its own, in any case.</summary>
    public bool Mentions(string value)
    {
        if (value.Length == 0)
        {
            return false;
        }

        for (int at = 0; (at = text.IndexOf(value, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            int end = at + value.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsName(string words, string name) =>
        words.Length > 0 && string.Equals(words, name.Replace('_', ' '), StringComparison.OrdinalIgnoreCase);

    // Each repetition is bounded, so that no message makes the patterns slow.
    [GeneratedRegex(@"\b(in|at|for|to|from|near)\s(?<value>\p{Lu}[\p{L}'-]{0,40}(\s\p{Lu}[\p{L}'-]{0,40}){0,3})", RegexOptions.ExplicitCapture, MatchTimeoutMs)]
    private static partial Regex Place();

    [GeneratedRegex(
        @"\b(called|named|name\sis|I\sam|I'm)\s(?<value>\p{Lu}[\p{L}'-]{0,40}(\s\p{Lu}[\p{L}'-]{0,40}){0,3})",
        RegexOptions.ExplicitCapture,
        MatchTimeoutMs)]
    private static partial Regex Name();

    [GeneratedRegex(
        @"\b(?<name>\p{L}{1,40}(\s\p{L}{1,40})?)\s{0,2}(:|=|\bis\b)\s{0,2}" +
        @"(""(?<value>[^""\n]{1,200})""|(?<value>[\p{L}\p{N}][\p{L}\p{N}@._+'-]{0,100}(?<![.'])))",
        RegexOptions.ExplicitCapture,
        MatchTimeoutMs)]
    private static partial Regex NamedValues();

    [GeneratedRegex(
        @"(\b(?<before>\p{L}{1,40})\s{0,2}(:|=|\bis\b)?\s{0,2})?" +
        @"(?<![\p{L}\p{N}.])(?<value>-?\d{1,20}(\.\d{1,8})?)(?![\p{L}\d])(\s(?<after>\p{L}{1,40}))?",
        RegexOptions.ExplicitCapture,
        MatchTimeoutMs)]
    private static partial Regex Numbers();
}
