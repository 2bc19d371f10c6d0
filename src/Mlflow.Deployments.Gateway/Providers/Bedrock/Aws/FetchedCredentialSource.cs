using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;

/// <summary>Credentials that are fetched, once for all requests that wait for them, and fetched anew shortly before they end.</summary>
internal sealed class FetchedCredentialSource(Func<CancellationToken, Task<AwsCredentials>> fetch, TimeProvider clock) : IAwsCredentialSource
{
    private static readonly TimeSpan FetchLimit = TimeSpan.FromSeconds(30);

    /// <summary>Long enough for a request to arrive with credentials that were still good when it was made.</summary>
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(5);

    /// <summary>Credentials without an end come from files, which may be written anew.</summary>
    private static readonly TimeSpan LifeWithoutEnd = TimeSpan.FromMinutes(5);

    private readonly FetchedValue<AwsCredentials> _credentials = new(clock);

    public ValueTask<AwsCredentials> GetAsync(CancellationToken cancellationToken) =>
        _credentials.GetAsync(this, static source => source.FetchAsync(), cancellationToken);

    public void Drop(AwsCredentials refused) => _credentials.Drop(known => ReferenceEquals(known, refused));

    private async Task<(AwsCredentials Credentials, DateTimeOffset UsableUntil)> FetchAsync()
    {
        await Task.Yield(); // out of the lock
        using var limit = new CancellationTokenSource(FetchLimit, clock);
        DateTimeOffset asked = clock.GetUtcNow();
        try
        {
            AwsCredentials credentials = await fetch(limit.Token);
            TimeSpan life = credentials.Expiration - asked ?? LifeWithoutEnd;
            TimeSpan margin = life / 10;
            return (credentials, asked + life - (margin < LongestMargin ? margin : LongestMargin));
        }
        catch (OperationCanceledException e)
        {
            throw new ProviderException(FailureKind.CredentialsUnavailable, "The credentials for Amazon's services were not given out in time.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ProviderException(
                FailureKind.CredentialsUnavailable, "The server that gives out the credentials for Amazon's services could not be reached.", e);
        }
    }
}
