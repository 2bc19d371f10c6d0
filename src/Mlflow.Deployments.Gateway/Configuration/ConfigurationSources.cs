namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Where a configuration gets what the file only points at.</summary>
internal sealed record ConfigurationSources
{
    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Reads a file's text; null when there is no such file.</summary>
    public Func<string, string?> FileText { get; init; } = ReadFile;

    /// <summary>The providers that may be used, in any spelling; null allows all.</summary>
    public IReadOnlyCollection<string>? AllowedProviders { get; init; }

    public static string? ReadFile(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
