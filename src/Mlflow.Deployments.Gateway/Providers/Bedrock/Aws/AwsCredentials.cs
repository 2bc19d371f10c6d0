namespace Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;

/// <summary>What requests to Amazon's services are signed with.</summary>
internal sealed class AwsCredentials(string accessKeyId, string secretAccessKey, string? sessionToken, DateTimeOffset? expiration = null)
{
    public string AccessKeyId => accessKeyId;

    public string SecretAccessKey => secretAccessKey;

    /// <summary>Goes along with credentials that do not last.</summary>
    public string? SessionToken => sessionToken;

    /// <summary>When they end; null: nobody said that they would.</summary>
    public DateTimeOffset? Expiration => expiration;

    /// <summary>Shows no secret.</summary>
    public override string ToString() => "AwsCredentials (secret)";
}
