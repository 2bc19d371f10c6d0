namespace Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;

/// <summary>One profile of the files that Amazon's tools share: <c>~/.aws/credentials</c> and <c>~/.aws/config</c>. The first wins.</summary>
internal sealed class AwsProfile
{
    private readonly Dictionary<string, string> _values;

    private AwsProfile(string name, string credentialsFile, string configFile, Dictionary<string, string> values)
    {
        Name = name;
        CredentialsFile = credentialsFile;
        ConfigFile = configFile;
        _values = values;
    }

    public string Name { get; }

    public string CredentialsFile { get; }

    public string ConfigFile { get; }

    public string? this[string key] => _values.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;

    /// <summary>Reads the profile that the environment names. Files that are not there hold nothing.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static AwsProfile Read(AwsEnvironment environment)
    {
        string name = environment["AWS_PROFILE"] ?? environment["AWS_DEFAULT_PROFILE"] ?? "default";
        string home = environment["HOME"] ?? environment["USERPROFILE"] ?? "";
        string credentialsFile = environment["AWS_SHARED_CREDENTIALS_FILE"] ?? Path.Combine(home, ".aws", "credentials");
        string configFile = environment["AWS_CONFIG_FILE"] ?? Path.Combine(home, ".aws", "config");
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Add(environment.FileText(credentialsFile), name, values);
        // There, profiles other than the default have a word before their name.
        Add(environment.FileText(configFile), name == "default" ? name : $"profile {name}", values);
        return new AwsProfile(name, credentialsFile, configFile, values);
    }

    private static void Add(string? text, string section, Dictionary<string, string> values)
    {
        bool isInside = false;
        foreach (string line in (text ?? "").ReplaceLineEndings("\n").Split('\n'))
        {
            string content = line.Trim();
            if (content is ['[', .., ']'])
            {
                isInside = string.Join(' ', content[1..^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)) == section;
            }
            else if (isInside && content.Length > 0 && content[0] is not ('#' or ';') && !char.IsWhiteSpace(line[0]) && content.IndexOf('=') is > 0 and var equals)
            {
                values.TryAdd(content[..equals].TrimEnd(), content[(equals + 1)..].TrimStart());
            }
        }
    }
}
