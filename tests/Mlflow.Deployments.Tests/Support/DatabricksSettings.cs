namespace Mlflow.Deployments.Tests.Support;

/// <summary>An environment and a configuration file of a test's own.</summary>
internal sealed class DatabricksSettings : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("databricks-").FullName;

    public Dictionary<string, string?> Variables { get; } = [];

    public string File => Path.Combine(_folder, "profiles.cfg");

    public string Home => _folder;

    /// <summary>Writes the file, and names it in the environment.</summary>
    public DatabricksSettings With(string file)
    {
        System.IO.File.WriteAllText(File, file);
        Variables["DATABRICKS_CONFIG_FILE"] = File;
        return this;
    }

    public DatabricksSettings With(string name, string? value)
    {
        Variables[name] = value;
        return this;
    }

    public DeployTarget Resolve(string target = "databricks") => DeployTarget.Resolve(target, "target", name => Variables.GetValueOrDefault(name));

    /// <summary>Tells what a target proves its caller with, in one word: the header of a token, or the id and the secret that get one.</summary>
    public static async Task<string?> ProofOfAsync(DeployTarget target)
    {
        if (target.OAuthClient is { } client)
        {
            return $"OAuth {client.Id}/{client.Secret}";
        }

        using var request = new HttpRequestMessage();
        await (target.Credential?.ApplyAsync(request, (_, _) => throw new InvalidOperationException("Nothing is to be sent."), CancellationToken.None) ?? default);
        return request.Headers.Authorization?.ToString();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
