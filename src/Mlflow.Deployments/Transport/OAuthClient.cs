namespace Mlflow.Deployments.Transport;

/// <summary>What a program proves itself with to get tokens.</summary>
internal sealed class OAuthClient(string id, string secret)
{
    public string Id { get; } = id;

    public string Secret { get; } = secret;
}
