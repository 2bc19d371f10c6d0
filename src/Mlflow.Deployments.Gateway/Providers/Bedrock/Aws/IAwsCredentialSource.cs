namespace Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;

/// <summary>Where credentials come from.</summary>
internal interface IAwsCredentialSource
{
    /// <summary>Gets credentials that can be used now.</summary>
    /// <exception cref="ProviderException">There are none, or whoever gives them out refused.</exception>
    ValueTask<AwsCredentials> GetAsync(CancellationToken cancellationToken);

    /// <summary>Takes note that a service refused credentials because they have ended.</summary>
    void Drop(AwsCredentials refused);
}
