namespace Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;

/// <summary>The environment variables and files that Amazon's tools look into.</summary>
internal sealed class AwsEnvironment(Func<string, string?> variable, Func<string, string?> fileText)
{
    /// <summary>A variable; null when it is not set or empty.</summary>
    public string? this[string name] => variable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The text of a file; null when there is no such file.</summary>
    public string? FileText(string path) => fileText(path);
}
