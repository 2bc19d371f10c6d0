using System.Text.RegularExpressions;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>An answer that the configuration writes down for questions that match.</summary>
internal sealed class ScriptedReply
{
    /// <summary>The longest time for one match: a pattern can take for ever on a text made for it.</summary>
    public static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(250);

    private readonly Regex? _pattern;

    /// <summary>Creates a scripted reply.</summary>
    /// <param name="match">A part of the question in any case, or <c>/a regular expression/</c>; <c>/…/i</c> ignores the case.</param>
    /// <param name="reply">The answer.</param>
    /// <exception cref="ArgumentException">The regular expression is not valid.</exception>
    public ScriptedReply(string match, string reply)
    {
        Match = match;
        Reply = reply;
        if (match.Length > 1 && match[0] == '/')
        {
            if (match.EndsWith('/'))
            {
                _pattern = new Regex(match[1..^1], RegexOptions.CultureInvariant, MatchTimeout);
            }
            else if (match.Length > 2 && match.EndsWith("/i", StringComparison.Ordinal))
            {
                _pattern = new Regex(match[1..^2], RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, MatchTimeout);
            }
        }
    }

    /// <summary>Gets the part of the question or the regular expression.</summary>
    public string Match { get; }

    /// <summary>Gets the answer.</summary>
    public string Reply { get; }

    /// <summary>Tells whether this is the answer to a question.</summary>
    /// <exception cref="InvalidOperationException">The regular expression took too long.</exception>
    public bool Matches(string question)
    {
        if (_pattern is null)
        {
            return question.Contains(Match, StringComparison.OrdinalIgnoreCase);
        }

        try
        {
            return _pattern.IsMatch(question);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new InvalidOperationException(
                $"The scripted reply '{Match}' took longer than {MatchTimeout.TotalMilliseconds} ms to match. Simplify its regular expression.", e);
        }
    }
}
