using Mlflow.Deployments.Gateway.Providers.Compatible;
using Mlflow.Deployments.Gateway.Providers.Databricks;
using Mlflow.Deployments.Gateway.Providers.Embedded;
using Mlflow.Deployments.Gateway.Providers.LiteLLM;
using Mlflow.Deployments.Gateway.Providers.OpenAI;

namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>The providers that a configuration may name.</summary>
internal static class ProviderRegistry
{
    private static readonly ProviderRow[] Rows =
    [
        new("openai", OpenAISettings.Read),
        new("azure", OpenAISettings.Read),
        .. CompatibleProviders.Rows,
        new("databricks", DatabricksSettings.Read),
        new("databricks-model-serving", DatabricksSettings.Read),
        new("litellm", LiteLLMSettings.Read),
        new("embedded", EmbeddedSettings.Read),
    ];

    public static string KnownNames { get; } = string.Join(", ", Rows.Select(row => row.Name));

    public static ProviderRow? Find(string name) => Array.Find(Rows, row => IsSameName(row.Name, name));

    /// <summary>Case does not count, and '-' and '_' are the same.</summary>
    public static bool IsSameName(string first, string second) =>
        string.Equals(first.Replace('-', '_'), second.Trim().Replace('-', '_'), StringComparison.OrdinalIgnoreCase);
}
