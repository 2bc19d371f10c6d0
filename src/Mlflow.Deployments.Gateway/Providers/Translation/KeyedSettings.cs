using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Translation;

/// <summary>The settings that most providers have, and no others: <c>PROVIDER_api_key</c>, and <c>PROVIDER_api_base</c> in place of the usual address.</summary>
internal sealed record KeyedSettings(string Model, Secret Key, string Base, KeyedSettings.TranslatorFactory Translator) : ProviderSettings
{
    /// <summary>Makes the translation of one provider.</summary>
    internal delegate UpstreamTranslator TranslatorFactory(string providerName, KeyedSettings settings, TimeProvider timeProvider);

    /// <summary>A reader of such settings.</summary>
    /// <param name="prefix">What the keys begin with.</param>
    /// <param name="defaultBase">The usual address.</param>
    /// <param name="translator">Makes the translation.</param>
    public static Func<SettingsReader, ProviderSettings> Reader(string prefix, string defaultBase, TranslatorFactory translator) => reader =>
        new KeyedSettings(reader.RequiredModel(), reader.RequiredKey($"{prefix}_api_key"), reader.Address($"{prefix}_api_base", defaultBase), translator);

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new HttpProvider(Translator(providerName, this, services.TimeProvider), services.Upstream);
}
