using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>A credential of the client package, used towards a provider.</summary>
internal sealed class UpstreamCredential(ICredential credential, UpstreamClient client)
{
    /// <summary>Puts the credential on a request; it is fetched first where there is none that still holds.</summary>
    /// <exception cref="ProviderException">Whoever gives it out refused, or gave no answer.</exception>
    public async ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            await credential.ApplyAsync(request, client.SendAsync, cancellationToken);
        }
        catch (DeployException e)
        {
            // Not with its own status: a client that sees 401 would look for the fault in its own key.
            throw new ProviderException(FailureKind.CredentialsUnavailable, e.Message, e);
        }
    }

    /// <summary>Takes note that the provider refused the credential, so that the next request fetches a new one.</summary>
    public void Renew(HttpRequestMessage? refused)
    {
        if (refused is not null)
        {
            credential.Renew(refused);
        }
    }
}
