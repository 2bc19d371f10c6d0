namespace Mlflow.Deployments.Transport;

/// <summary>Chooses among the credentials that are given: the caller's function, then the order of MLflow's Python client.</summary>
internal static class CredentialChoice
{
    public static ICredential? Of(DeployTarget target, DeployClientOptions options) => options switch
    {
        { TokenProvider: { } provider } => new TokenProviderCredential(provider),
        _ when target.UserInfo is { } userInfo => HeaderCredential.Basic(userInfo),
        { Username: { } user, Password: { } password } => HeaderCredential.Basic($"{user}:{password}"),
        { Token: { Length: > 0 } token } => target.UsesApiKeyHeader ? HeaderCredential.ApiKey(token) : HeaderCredential.Bearer(token),
        _ => target.Credential,
    };
}
