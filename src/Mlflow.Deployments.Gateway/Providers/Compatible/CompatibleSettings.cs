using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.OpenAI;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Compatible;

/// <summary>The settings of a provider that speaks OpenAI's form.</summary>
/// <param name="Row">Which one.</param>
/// <param name="Key">Its key; null where none is sent.</param>
/// <param name="Base">Its address.</param>
internal sealed record CompatibleSettings(CompatibleRow Row, Secret? Key, string Base) : ProviderSettings
{
    public const ProviderCapabilities Capabilities = ProviderCapabilities.Chat | ProviderCapabilities.ChatStream | ProviderCapabilities.Embeddings;

    private const string KeyName = "api_key";
    private const string BaseName = "api_base";

    public static CompatibleSettings Read(CompatibleRow row, SettingsReader reader)
    {
        if (row.DefaultBase.Length == 0 && !reader.Has(BaseName))
        {
            reader.Report(BaseName, $"is missing; {row.DisplayName} has no address of its own, give the one to ask");
        }

        return new CompatibleSettings(row, ReadKey(row, reader), reader.Address(BaseName, row.DefaultBase));
    }

    public override IProvider Build(string providerName, string? modelName, ProviderServices services)
    {
        var server = new OpenAIServer
        {
            Info = new ProviderInfo(providerName, Row.DisplayName, Capabilities),
            Base = Base,
            Model = modelName,
            Headers = Key is null ? [] : [Row.KeyHeader is { } header ? (header, Key) : OpenAIServer.Bearer(Key)],
        };
        return new HttpProvider(new OpenAITranslator(server), services.Upstream);
    }

    private static Secret? ReadKey(CompatibleRow row, SettingsReader reader)
    {
        if (row.NoKey is not { } noKey)
        {
            return reader.RequiredKey(KeyName);
        }

        Secret? key = reader.Text(KeyName) is null or "" ? null : reader.Key(KeyName);
        return key?.Reveal() == noKey ? null : key;
    }
}
