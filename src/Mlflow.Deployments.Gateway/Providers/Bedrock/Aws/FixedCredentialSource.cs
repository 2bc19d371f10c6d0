namespace Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;

/// <summary>Credentials of the configuration file.</summary>
internal sealed class FixedCredentialSource(AwsCredentials credentials) : IAwsCredentialSource
{
    public ValueTask<AwsCredentials> GetAsync(CancellationToken cancellationToken) => new(credentials);

    public void Drop(AwsCredentials refused)
    {
        // There are no others to be had.
    }
}
