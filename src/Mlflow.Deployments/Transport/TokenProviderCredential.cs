namespace Mlflow.Deployments.Transport;

/// <summary>A token that the caller's function gives for each request.</summary>
internal sealed class TokenProviderCredential(Func<CancellationToken, ValueTask<string>> provider) : ICredential
{
    public async ValueTask ApplyAsync(HttpRequestMessage request, Sender send, CancellationToken cancellationToken) =>
        request.Headers.Authorization = new("Bearer", await provider(cancellationToken).ConfigureAwait(false));

    public bool Renew(HttpRequestMessage refused) => false;
}
