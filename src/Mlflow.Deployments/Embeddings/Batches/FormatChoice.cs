using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>Chooses how vectors travel: as the caller says, else base64 until the server refuses it. What an endpoint can is remembered as long as the client lives.</summary>
internal sealed class FormatChoice
{
    // Beside the clients, because they may be of any type; an entry goes with its client.
    private static readonly ConditionalWeakTable<IDeployClient, ConcurrentDictionary<string, FormatChoice>> Known = [];

    private readonly EmbeddingEncodingFormat? _wish;
    private volatile Knowledge _base64;

    private FormatChoice(EmbeddingEncodingFormat? wish) => _wish = wish;

    private enum Knowledge
    {
        Unknown,
        Can,
        Cannot,
    }

    /// <summary>Gets what to ask for; null leaves it to the server, which sends numbers.</summary>
    public EmbeddingEncodingFormat? Format => _wish ?? (_base64 == Knowledge.Cannot ? null : EmbeddingEncodingFormat.Base64);

    /// <summary>Gets whether a refusal may be about base64: nothing was ever taken with it, and the caller did not ask for it.</summary>
    public bool IsTrial => _wish is null && _base64 == Knowledge.Unknown;

    public static FormatChoice Of(IDeployClient client, string endpoint, EmbeddingEncodingFormat? wish) => wish is not null
        ? new(wish)
        : Known.GetValue(client, static _ => new(StringComparer.Ordinal)).GetOrAdd(endpoint, static _ => new(wish: null));

    /// <summary>Notes that the server took a request with base64; it may have sent numbers all the same.</summary>
    public void Worked() => _base64 = _base64 == Knowledge.Unknown ? Knowledge.Can : _base64;

    /// <summary>Notes that the server refused a request with base64 and took the same one without.</summary>
    public void Refused() => _base64 = Knowledge.Cannot;
}
