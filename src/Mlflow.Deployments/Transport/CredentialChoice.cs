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
        _ when target.OAuthClient is { } client && !options.DefaultHeaders.ContainsKey("Authorization") => new DatabricksOAuthCredential(client, target, options.TimeProvider),
        _ => target.Credential,
    };

    /// <summary>Throws when a target needs credentials and nobody gives any.</summary>
    public static void Check(DeployTarget target, DeployClientOptions options, HttpClient? callersClient, string argumentName)
    {
        // The caller's own HttpClient may prove its caller by itself, and so may a header.
        if (target.CredentialProblem is { } problem && callersClient is null && !options.DefaultHeaders.ContainsKey("Authorization") && Of(target, options) is null)
        {
            throw new ArgumentException(problem, argumentName);
        }
    }
}
