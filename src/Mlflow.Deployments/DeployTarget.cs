using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments;

/// <summary>A target, understood: where the server is, which dialect it speaks if that is known, and what its address or the environment proves the caller with.</summary>
internal sealed record DeployTarget
{
    private const string Forms = "Give the address of an MLflow AI Gateway, for example http://localhost:5000, or one of: databricks, databricks://PROFILE, openai.";

    /// <summary>Gets the address without credentials; it ends with a slash, so that routes can be put behind it.</summary>
    public required Uri Address { get; init; }

    /// <summary>Gets the dialect that the target says; null when it has to be found out.</summary>
    public DeployDialect? Dialect { get; init; }

    /// <summary>Gets the user name and password of the address, else null.</summary>
    public string? UserInfo { get; init; }

    /// <summary>Gets what the environment or a profile proves the caller with; the options win over it.</summary>
    public ICredential? Credential { get; init; }

    /// <summary>Gets what the environment or a profile gets tokens with; null where it has none.</summary>
    public OAuthClient? OAuthClient { get; init; }

    /// <summary>Gets what is wrong when nothing else proves the caller; null when a caller may stay unknown.</summary>
    public string? CredentialProblem { get; init; }

    /// <summary>Gets the version of Azure's API; null when the server is not Azure OpenAI.</summary>
    public string? AzureApiVersion { get; init; }

    /// <summary>Gets the deployment that every call goes to at Azure; null when the endpoint names it.</summary>
    public string? AzureDeployment { get; init; }

    /// <summary>Gets whether a token goes into the header <c>api-key</c>, as Azure OpenAI wants its keys.</summary>
    public bool UsesApiKeyHeader { get; init; }

    /// <summary>Gets the time limit of a caller's own client, for the words of an exception; zero without one.</summary>
    public TimeSpan ClientTimeout { get; init; }

    /// <summary>Understands a target.</summary>
    /// <param name="target">The target as the user wrote it.</param>
    /// <param name="argumentName">The argument to blame.</param>
    /// <param name="read">Reads the environment.</param>
    public static DeployTarget Resolve(string? target, string argumentName, Func<string, string?> read)
    {
        if (target is null)
        {
            throw new ArgumentNullException(argumentName, $"The target is null. {Forms}");
        }

        if (string.IsNullOrWhiteSpace(target))
        {
            throw new ArgumentException($"The target is empty. {Forms}", argumentName);
        }

        target = target.Trim();
        if (target == "openai")
        {
            return OpenAITarget.FromEnvironment(argumentName, read);
        }

        if (DatabricksTarget.IsMeantBy(target))
        {
            return DatabricksTarget.Resolve(target, argumentName, read);
        }

        return Uri.TryCreate(target, UriKind.Absolute, out var uri)
            ? FromAddress(uri, argumentName)
            : throw new ArgumentException($"The target '{Cut(target)}' is no URL. {Forms}", argumentName);
    }

    /// <summary>Tells whether a target brings credentials of its own: MLflow's are for MLflow's servers and do not go there, as in Python.</summary>
    public static bool HasOwnCredentials(string target) => target.Trim() is var trimmed && (trimmed == "openai" || DatabricksTarget.IsMeantBy(trimmed));

    /// <summary>Understands an address.</summary>
    public static DeployTarget FromAddress(Uri uri, string argumentName)
    {
        if (!IsWebAddress(uri))
        {
            throw new ArgumentException($"The target '{Cut(uri.OriginalString)}' is no http or https URL. {Forms}", argumentName);
        }

        var azureVersion = uri.Query.StartsWith(OpenAITarget.ApiVersionQuery, StringComparison.Ordinal) && !uri.Query.Contains('&', StringComparison.Ordinal)
            ? uri.Query[OpenAITarget.ApiVersionQuery.Length..]
            : null;
        if ((uri.Query.Length > 0 && string.IsNullOrEmpty(azureVersion)) || uri.Fragment.Length > 0)
        {
            throw new ArgumentException(
                $"The target at {uri.Authority} has a query or a fragment; only host, port and path are used, and 'api-version' for Azure OpenAI. {Forms}", argumentName);
        }

        return new()
        {
            Address = Base(uri),
            Dialect = azureVersion is not null || OpenAITarget.IsHost(uri.Host) ? DeployDialect.OpenAI
                : DatabricksTarget.IsHost(uri.Host) ? DeployDialect.Databricks
                : null,
            UserInfo = uri.UserInfo.Length == 0 ? null : Uri.UnescapeDataString(uri.UserInfo),
            AzureApiVersion = azureVersion,
            UsesApiKeyHeader = azureVersion is not null,
        };
    }

    /// <summary>Describes the target without credentials.</summary>
    public override string ToString() => Address.AbsoluteUri.TrimEnd('/');

    /// <summary>Tells whether requests can be sent to an address.</summary>
    internal static bool IsWebAddress(Uri uri)
    {
        try
        {
            // The name that goes to DNS: it is made when it is asked for, and only then fails for a host that has none ("http://a\uFFFDb").
            return uri.IsAbsoluteUri && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.IdnHost.Length > 0;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    /// <summary>Returns an address with nothing but scheme, host, port and path, ready to put routes behind it.</summary>
    internal static Uri Base(Uri uri) =>
        new UriBuilder(uri) { UserName = string.Empty, Password = string.Empty, Query = string.Empty, Path = uri.AbsolutePath.TrimEnd('/') + "/" }.Uri;

    // Whatever stands before an @ may be a password.
    private static string Cut(string target)
    {
        var shown = target[(target.LastIndexOf('@') + 1)..];
        return shown.Length <= 200 ? shown : shown[..200] + "…";
    }
}
