using System.Net.Http.Headers;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>Gemini at Google AI, with a key.</summary>
internal sealed class GeminiTranslator(string providerName, KeyedSettings settings, TimeProvider timeProvider)
    : GenerateContentTranslator(new ProviderInfo(providerName, "Gemini", ProviderCapabilities.All), settings.Model, settings.Base, timeProvider)
{
    protected override void AddHeaders(HttpRequestHeaders headers) => headers.TryAddWithoutValidation("x-goog-api-key", settings.Key.Reveal());
}
