namespace Mlflow.Deployments.Errors;

/// <summary>What was being done, for the words of an exception.</summary>
/// <param name="What">The subject of the sentence: <c>Endpoint 'chat'</c>, or <c>The list of endpoints</c>.</param>
/// <param name="Endpoint">The endpoint that is asked; null for calls that ask none.</param>
/// <param name="Server">The server's address without credentials.</param>
internal sealed record CallContext(string What, string? Endpoint, string Server)
{
    public static CallContext ForEndpoint(string endpoint, DeployTarget target) => new($"Endpoint '{endpoint}'", endpoint, target.ToString());

    public static CallContext ForServer(string what, DeployTarget target) => new(what, null, target.ToString());
}
