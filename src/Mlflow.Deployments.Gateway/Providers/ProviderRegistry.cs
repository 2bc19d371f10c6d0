using Mlflow.Deployments.Gateway.Providers.AI21Labs;
using Mlflow.Deployments.Gateway.Providers.Anthropic;
using Mlflow.Deployments.Gateway.Providers.Bedrock;
using Mlflow.Deployments.Gateway.Providers.Cohere;
using Mlflow.Deployments.Gateway.Providers.Compatible;
using Mlflow.Deployments.Gateway.Providers.Databricks;
using Mlflow.Deployments.Gateway.Providers.Embedded;
using Mlflow.Deployments.Gateway.Providers.Gemini;
using Mlflow.Deployments.Gateway.Providers.HuggingFace;
using Mlflow.Deployments.Gateway.Providers.LiteLLM;
using Mlflow.Deployments.Gateway.Providers.Mistral;
using Mlflow.Deployments.Gateway.Providers.ModelServing;
using Mlflow.Deployments.Gateway.Providers.MosaicML;
using Mlflow.Deployments.Gateway.Providers.OpenAI;
using Mlflow.Deployments.Gateway.Providers.Palm;
using Mlflow.Deployments.Gateway.Providers.TogetherAI;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.VertexAI;

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
        new("anthropic", AnthropicSettings.Read),
        Keyed("cohere", "https://api.cohere.ai/v1", (name, settings, time) => new CohereTranslator(name, settings, time)),
        Keyed("mistral", "https://api.mistral.ai/v1", (name, settings, time) => new MistralTranslator(name, settings, time)),
        Keyed("gemini", "https://generativelanguage.googleapis.com/v1beta/models", (name, settings, time) => new GeminiTranslator(name, settings, time)),
        new("vertex_ai", VertexAISettings.Read),
        Keyed("togetherai", "https://api.together.xyz/v1", (name, settings, time) => new TogetherAITranslator(name, settings, time)),
        Keyed("palm", "https://generativelanguage.googleapis.com/v1beta3/models", (name, settings, time) => new PalmTranslator(name, settings, time)),
        new("bedrock", BedrockSettings.Read),
        new("amazon-bedrock", BedrockSettings.Read),
        new("huggingface-text-generation-inference", HuggingFaceSettings.Read),
        new("mlflow-model-serving", ModelServingSettings.Read),
        new("mosaicml", MosaicMLSettings.Read),
        new("ai21labs", AI21LabsSettings.Read),
        new("embedded", EmbeddedSettings.Read) { NeedsConfig = false },
    ];

    public static string KnownNames { get; } = string.Join(", ", Rows.Select(row => row.Name));

    public static ProviderRow? Find(string name) => Array.Find(Rows, row => IsSameName(row.Name, name));

    /// <summary>Case does not count, and '-' and '_' are the same.</summary>
    public static bool IsSameName(string first, string second) =>
        string.Equals(first.Replace('-', '_'), second.Trim().Replace('-', '_'), StringComparison.OrdinalIgnoreCase);

    private static ProviderRow Keyed(string name, string defaultBase, KeyedSettings.TranslatorFactory translator) =>
        new(name, KeyedSettings.Reader(name, defaultBase, translator));
}
