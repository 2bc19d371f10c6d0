using Mlflow.Deployments.Gateway.Providers.Anthropic;
using Mlflow.Deployments.Gateway.Providers.Cohere;
using Mlflow.Deployments.Gateway.Providers.Embedded;
using Mlflow.Deployments.Gateway.Providers.Gemini;
using Mlflow.Deployments.Gateway.Providers.Mistral;
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
        new("anthropic", AnthropicSettings.Read),
        new("cohere", KeyedSettings.Reader("cohere", "https://api.cohere.ai/v1", (name, settings, time) => new CohereTranslator(name, settings, time))),
        new("mistral", KeyedSettings.Reader("mistral", "https://api.mistral.ai/v1", (name, settings, time) => new MistralTranslator(name, settings, time))),
        new("gemini", KeyedSettings.Reader("gemini", "https://generativelanguage.googleapis.com/v1beta/models", (name, settings, time) => new GeminiTranslator(name, settings, time))),
        new("vertex_ai", VertexAISettings.Read),
        new("togetherai", KeyedSettings.Reader("togetherai", "https://api.together.xyz/v1", (name, settings, time) => new TogetherAITranslator(name, settings, time))),
        new("palm", KeyedSettings.Reader("palm", "https://generativelanguage.googleapis.com/v1beta3/models", (name, settings, time) => new PalmTranslator(name, settings, time))),
        new("embedded", EmbeddedSettings.Read),
    ];

    public static string KnownNames { get; } = string.Join(", ", Rows.Select(row => row.Name));

    public static ProviderRow? Find(string name) => Array.Find(Rows, row => IsSameName(row.Name, name));

    /// <summary>Case does not count, and '-' and '_' are the same.</summary>
    public static bool IsSameName(string first, string second) =>
        string.Equals(first.Replace('-', '_'), second.Trim().Replace('-', '_'), StringComparison.OrdinalIgnoreCase);
}
