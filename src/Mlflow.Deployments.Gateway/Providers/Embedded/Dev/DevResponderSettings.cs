namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>What the configuration of an endpoint can change about the development responder.</summary>
internal sealed record DevResponderSettings
{
    /// <summary>The least score of an extracted sentence.</summary>
    public const double DefaultMinScore = 0.25;

    /// <summary>The status of a made-up error.</summary>
    public const int DefaultErrorStatus = 500;

    /// <summary>The message of a made-up error.</summary>
    public const string DefaultErrorMessage = "The development responder was configured to fail this request.";

    /// <summary>Gets the scripted replies, in the order in which they are tried.</summary>
    public IReadOnlyList<ScriptedReply> Replies { get; init; } = [];

    /// <summary>Gets the time before the first token.</summary>
    public TimeSpan FirstTokenDelay { get; init; }

    /// <summary>Gets the time between two tokens.</summary>
    public TimeSpan TokenDelay { get; init; }

    /// <summary>Gets the share of requests that fail, 0 to 1.</summary>
    public double ErrorRate { get; init; }

    /// <summary>Gets the status of a made-up error, 400 to 599.</summary>
    public int ErrorStatus { get; init; } = DefaultErrorStatus;

    /// <summary>Gets the message of a made-up error.</summary>
    public string ErrorMessage { get; init; } = DefaultErrorMessage;

    /// <summary>Gets the score from which on a sentence of the messages is the answer.</summary>
    public double MinScore { get; init; } = DefaultMinScore;

    /// <summary>Reads the settings of an endpoint's <c>config</c>.</summary>
    /// <param name="config">Scalars as string, bool, long, double or null; lists as <c>IReadOnlyList</c>, maps as <c>IReadOnlyDictionary</c>.</param>
    /// <param name="problems">Takes a sentence for each key that is unknown and each value that is wrong; it names both.</param>
    public static DevResponderSettings FromConfig(IReadOnlyDictionary<string, object?> config, ICollection<string> problems)
    {
        var reader = new DevConfigReader(config, "", problems);
        var settings = new DevResponderSettings
        {
            Replies = reader.Maps("replies", ReadReply),
            FirstTokenDelay = TimeSpan.FromMilliseconds(reader.Number("first_token_delay_ms", 0, 0, 600_000)),
            TokenDelay = TimeSpan.FromMilliseconds(reader.Number("token_delay_ms", 0, 0, 600_000)),
            ErrorRate = reader.Number("error_rate", 0, 0, 1),
            ErrorStatus = reader.Integer("error_status", DefaultErrorStatus, 400, 599),
            ErrorMessage = reader.Text("error_message") ?? DefaultErrorMessage,
            MinScore = reader.Number("min_score", DefaultMinScore, -1, 2),
        };
        reader.ExpectNothingElse();
        return settings;
    }

    private static ScriptedReply? ReadReply(DevConfigReader reader)
    {
        string match = reader.RequiredText("match");
        string reply = reader.RequiredText("reply");
        reader.ExpectNothingElse();
        try
        {
            return new ScriptedReply(match, reply);
        }
        catch (ArgumentException e)
        {
            reader.Report("match", match, $"a part of the question or a valid /regular expression/ ({e.Message})");
            return null;
        }
    }
}
