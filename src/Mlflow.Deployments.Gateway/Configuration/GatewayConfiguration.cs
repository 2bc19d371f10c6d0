namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Finds the configuration that options ask for.</summary>
internal static class GatewayConfiguration
{
    public static GatewayConfig Load(GatewayOptions options)
    {
        var sources = new ConfigurationSources { AllowedProviders = options.AllowedProviders };
        return options switch
        {
            { ConfigPath: not null, ConfigYaml: not null } =>
                throw new ArgumentException($"Set {nameof(GatewayOptions.ConfigPath)} or {nameof(GatewayOptions.ConfigYaml)}, not both.", nameof(options)),
            { ConfigPath: { } path } => ConfigurationReader.ReadFile(path, sources),
            { ConfigYaml: { } yaml } => ConfigurationReader.Read(yaml, "text", sources),
            _ => ConfigurationReader.Read(BuiltInConfiguration.Yaml, "that is built in", sources),
        };
    }
}
