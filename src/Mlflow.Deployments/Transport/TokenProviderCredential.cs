namespace Mlflow.Deployments.Transport;

/// <summary>A token that the caller's function gives for each request.</summary>
internal sealed class TokenProviderCredential(Func<CancellationToken, ValueTask<string>> provider) : ICredential
{
    public async ValueTask ApplyAsync(HttpRequestMessage request, Sender send, CancellationToken cancellationToken)
    {
        var token = await provider(cancellationToken).ConfigureAwait(false);
        request.Headers.Authorization = DeployClientOptions.IsHeaderText(token) && token.Length > 0
            ? new("Bearer", token)
            : throw new InvalidOperationException("DeployClientOptions.TokenProvider returned no token, or one with a character that headers cannot carry (a line break from a file, a letter beyond ASCII).");
    }

    public bool Renew(HttpRequestMessage refused) => false;
}
