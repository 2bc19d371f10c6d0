using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Transport;

/// <summary>The answer of a token endpoint.</summary>
internal sealed class OAuthToken
{
    /// <summary>What Databricks' tokens last; taken where a server does not say.</summary>
    private const long UsualLife = 3600;

    private const long LongestLife = 366L * 86400;

    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(60);

    public string? AccessToken { get; init; }

    public long? ExpiresIn { get; init; }

    /// <summary>Gets how long the token is used: it is renewed a minute before it ends, or, of a short one, a tenth of its life before.</summary>
    [JsonIgnore]
    public TimeSpan UsableFor
    {
        get
        {
            var life = TimeSpan.FromSeconds(Math.Clamp(ExpiresIn ?? UsualLife, 0, LongestLife));
            var margin = life / 10;
            return life - (margin < LongestMargin ? margin : LongestMargin);
        }
    }

    /// <summary>Tells whether a text may be a token: visible ASCII, nothing else.</summary>
    public static bool IsTokenText(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
