using System.Globalization;
using System.Text.RegularExpressions;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Takes plausible values for the properties of a schema out of the user's message.</summary>
internal sealed partial class MessageHints(string text)
{
    private const int MatchTimeoutMs = 250;

    // The patterns take time that grows with the square of the text at worst; what is worth finding is said early.
    private const int Longest = 2000;

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
            match = NamedValues().Matches(_head).FirstOrDefault(m => IsName(m.Groups["name"].Value, name));
        return match?.Groups["value"].Value;
    }

    /// <summary>Returns the number that stands next to the property's name, else the only number of the message, else null.</summary>
    public decimal? Number(string name)
    {
        Match[] numbers = Numbers().Matches(_head).ToArray();
        Match? match = Array.Find(numbers, m => IsName(m.Groups["before"].Value, name) || IsName(m.Groups["after"].Value, name));
        match ??= numbers.Length == 1 ? numbers[0] : null;
        return match is not null && decimal.TryParse(match.Groups["value"].Value, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number) ? number : null;
    }

    /// <summary>Tells whether a value stands in the message as words of its own, in any case.</summary>
    public bool Mentions(string value)
    {
        if (value.Length == 0)
            return false;
        for (int at = 0; (at = text.IndexOf(value, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            int end = at + value.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
                return true;
        }

        return false;
    }

    private static bool IsName(string words, string name) =>
        words.Length > 0 && string.Equals(words, name.Replace('_', ' '), StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\b(in|at|for|to|from|near)\s+(?<value>\p{Lu}[\p{L}'-]*(\s\p{Lu}[\p{L}'-]*)*)", RegexOptions.ExplicitCapture, MatchTimeoutMs)]
    private static partial Regex Place();

    [GeneratedRegex(@"\b(called|named|name\s+is|I\s+am|I'm)\s+(?<value>\p{Lu}[\p{L}'-]*(\s\p{Lu}[\p{L}'-]*)*)", RegexOptions.ExplicitCapture, MatchTimeoutMs)]
    private static partial Regex Name();

    [GeneratedRegex(@"\b(?<name>\p{L}+(\s\p{L}+)?)\s*(:|=|\bis\b)\s*(""(?<value>[^""\n]+)""|(?<value>[\p{L}\p{N}][\p{L}\p{N}@._+'-]*(?<![.'])))", RegexOptions.ExplicitCapture, MatchTimeoutMs)]
    private static partial Regex NamedValues();

    [GeneratedRegex(@"(\b(?<before>\p{L}+)\s*(:|=|\bis\b)?\s*)?(?<![\p{L}\p{N}.])(?<value>-?\d+(\.\d+)?)(?![\p{L}\d])(\s+(?<after>\p{L}+))?", RegexOptions.ExplicitCapture, MatchTimeoutMs)]
    private static partial Regex Numbers();
}
