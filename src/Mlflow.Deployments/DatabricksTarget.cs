using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments;

/// <summary>
/// The targets <c>databricks</c> and <c>databricks://PROFILE</c>: a workspace, as the environment or a profile of the file of Databricks' tools says.
/// The environment wins over the file; what a profile proves the caller with goes to the profile's own host only.
/// </summary>
internal static class DatabricksTarget
{
    private const string Name = "databricks";
    private const string HostVariable = "DATABRICKS_HOST";
    private const string TokenVariable = "DATABRICKS_TOKEN";
    private const string ClientIdVariable = "DATABRICKS_CLIENT_ID";
    private const string ClientSecretVariable = "DATABRICKS_CLIENT_SECRET";
    private const string ProfileVariable = "DATABRICKS_CONFIG_PROFILE";
    private const string FileVariable = "DATABRICKS_CONFIG_FILE";

    private const string WaysOut =
        $"Set {HostVariable} with {TokenVariable}, or with {ClientIdVariable} and {ClientSecretVariable}; or name a profile: databricks://PROFILE, or {ProfileVariable}.";

    private const string CredentialWaysOut = "or set Token or TokenProvider of DeployClientOptions.";

    // Databricks on AWS, Azure and Google Cloud, the public ones and the governments'.
    private static readonly string[] HostSuffixes =
        [".databricks.com", ".azuredatabricks.net", ".cloud.databricks.us", ".cloud.databricks.mil", ".databricks.azure.us", ".databricks.azure.cn"];

    /// <summary>Tells whether a host is a Databricks workspace.</summary>
    public static bool IsHost(string host) => HostSuffixes.Any(suffix => host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Tells whether a target is one of these, rightly written or not.</summary>
    public static bool IsMeantBy(string target) => target == Name || target.StartsWith(Name + ":", StringComparison.Ordinal);

    public static DeployTarget Resolve(string target, string argumentName, Func<string, string?> read) =>
        target == Name ? FromEnvironment(argumentName, read) : FromProfile(ProfileOf(target, argumentName), argumentName, read);

    private static string ProfileOf(string target, string argumentName)
    {
        const string Start = Name + "://";
        var profile = target.StartsWith(Start, StringComparison.Ordinal) ? target[Start.Length..].TrimEnd('/') : string.Empty;
        if (profile.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"The target '{target}' names a secret scope and a key prefix, which this client does not read. Name a profile: databricks://PROFILE.", argumentName);
        }

        return profile.Length > 0 && profile.AsSpan().IndexOfAny("/?#") < 0
            ? profile
            : throw new ArgumentException($"The target '{target}' names no profile. Use databricks, or databricks://PROFILE.", argumentName);
    }

    private static DeployTarget FromEnvironment(string argumentName, Func<string, string?> read)
    {
        var host = NonEmpty(read(HostVariable)) is { } text ? HostOf(text, HostVariable, argumentName) : null;
        var (token, client) = Credentials(read(TokenVariable), read(ClientIdVariable), read(ClientSecretVariable));
        if (host is not null && (token ?? (object?)client) is not null)
        {
            return Make(host, token, client, TokenVariable, argumentName);
        }

        var path = PathOf(read, argumentName);
        var named = NonEmpty(read(ProfileVariable));
        if (host is not null && named is null && !File.Exists(path))
        {
            return new() { Address = host, Dialect = DeployDialect.Databricks, CredentialProblem = $"{HostVariable} is set, but nothing proves the caller. {WaysOut}" };
        }

        var profile = Load(path, named, argumentName);
        if (host is not null && profile.Host is { } other && HostOf(other, profile.Key("host"), argumentName) != host)
        {
            return new()
            {
                Address = host,
                Dialect = DeployDialect.Databricks,
                CredentialProblem = $"{HostVariable} is set, but nothing proves the caller there: {profile} is for another host, and its credentials stay with it. {WaysOut}",
            };
        }

        host ??= HostOf(profile, argumentName);
        return (token ?? (object?)client) is not null ? Make(host, token, client, TokenVariable, argumentName) : Make(host, profile, argumentName);
    }

    private static DeployTarget FromProfile(string name, string argumentName, Func<string, string?> read)
    {
        var profile = Load(PathOf(read, argumentName), name, argumentName);
        return Make(HostOf(profile, argumentName), profile, argumentName);
    }

    private static DeployTarget Make(Uri host, DatabricksProfile profile, string argumentName)
    {
        // What stands in the profile itself goes before what it inherits: another way to prove oneself there is meant to replace the default's.
        var (token, client) = Credentials(profile.Own("token"), profile.Own("client_id"), profile.Own("client_secret"));
        if ((token ?? (object?)client) is null)
        {
            (token, client) = Credentials(profile["token"], profile["client_id"], profile["client_secret"]);
        }

        return Make(host, token, client, profile.Key("token"), argumentName) with { CredentialProblem = ProblemOf(profile) };
    }

    private static DeployTarget Make(Uri host, string? token, OAuthClient? client, string tokenName, string argumentName) => new()
    {
        Address = host,
        Dialect = DeployDialect.Databricks,
        Credential = token is null ? null
            : OAuthToken.IsTokenText(token) ? HeaderCredential.Bearer(token)
            : throw new ArgumentException($"{tokenName} has characters that no token has: white space, or letters beyond ASCII.", argumentName),
        OAuthClient = token is null ? client : null,
    };

    private static string ProblemOf(DatabricksProfile profile)
    {
        var half = (profile["client_id"], profile["client_secret"]) switch
        {
            (not null, null) => " (client_id is there without client_secret)",
            (null, not null) => " (client_secret is there without client_id)",
            _ => string.Empty,
        };
        var kind = profile["auth_type"] is { } type ? $" Its auth_type '{type}' is nothing that this client does by itself." : string.Empty;
        return $"{profile} has neither 'token' nor 'client_id' with 'client_secret'{half}.{kind} Add one of them, {CredentialWaysOut}";
    }

    private static (string? Token, OAuthClient? Client) Credentials(string? token, string? clientId, string? clientSecret) =>
        (NonEmpty(token), NonEmpty(clientId) is { } id && NonEmpty(clientSecret) is { } secret ? new(id, secret) : null);

    private static DatabricksProfile Load(string path, string? name, string argumentName)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read";
            throw new ArgumentException($"{(name is null ? "The target 'databricks'" : $"Profile '{name}'")} cannot be used: the file {path} ({FileVariable}) {why}. {WaysOut}", argumentName, e);
        }

        DatabricksConfigFile file;
        try
        {
            file = DatabricksConfigFile.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ArgumentException($"The file {path} ({FileVariable}) cannot be read: {e.Message}", argumentName, e);
        }

        var wanted = name ?? file.DefaultProfile;
        return file.Find(wanted) is { } profile
            ? new(wanted, path, profile)
            : throw new ArgumentException($"The file {path} ({FileVariable}) has no profile '{wanted}'; it has {file.Describe()}. {WaysOut}", argumentName);
    }

    private static string PathOf(Func<string, string?> read, string argumentName)
    {
        var path = NonEmpty(read(FileVariable)) ?? "~/.databrickscfg";
        if (path != "~" && !path.StartsWith("~/", StringComparison.Ordinal) && !path.StartsWith("~\\", StringComparison.Ordinal))
        {
            return path;
        }

        var home = NonEmpty(read("HOME")) ?? NonEmpty(read("USERPROFILE"))
            ?? throw new ArgumentException($"The file {path} cannot be found: neither HOME nor USERPROFILE is set. {WaysOut}", argumentName);
        return Path.Combine(home, path[1..].TrimStart('/', '\\'));
    }

    private static Uri HostOf(DatabricksProfile profile, string argumentName) => profile.Host is { } host
        ? HostOf(host, profile.Key("host"), argumentName)
        : throw new ArgumentException($"{profile} has no 'host'. Add a line 'host = https://…' with the address of the workspace, or set {HostVariable}.", argumentName);

    private static Uri HostOf(string host, string key, string argumentName)
    {
        host = host.Trim();
        var isAddress = Uri.TryCreate(host.Contains("://", StringComparison.Ordinal) ? host : "https://" + host, UriKind.Absolute, out var uri) && DeployTarget.IsWebAddress(uri);
        return isAddress && uri!.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0
            ? DeployTarget.Base(uri)
            : throw new ArgumentException($"{key} is no address of a workspace: only scheme (http or https), host, port and path belong there, for example https://adb-1.azuredatabricks.net.", argumentName);
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
