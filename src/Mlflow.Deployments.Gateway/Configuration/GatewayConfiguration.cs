namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Finds the configuration that options ask for.</summary>
internal static class GatewayConfiguration
{
    /// <param name="options">What asks for it.</param>
    /// <param name="files">Gets the files that it was read from; null when there are none.</param>
    public static GatewayConfig Load(GatewayOptions options, out ConfigurationFiles? files)
    {
        files = options.ConfigPath is { } file ? new ConfigurationFiles(file) : null;
        var sources = new ConfigurationSources { AllowedProviders = options.AllowedProviders };
        return options switch
        {
            { ConfigPath: not null, ConfigYaml: not null } =>
                throw new ArgumentException($"Set {nameof(GatewayOptions.ConfigPath)} or {nameof(GatewayOptions.ConfigYaml)}, not both.", nameof(options)),
            { ConfigPath: not null } => files!.Read(sources),
            { ConfigYaml: { } yaml } => ConfigurationReader.Read(yaml, "text", sources),
            _ => ConfigurationReader.Read(BuiltInConfiguration.Yaml, "that is built in", sources),
        };
    }
}
