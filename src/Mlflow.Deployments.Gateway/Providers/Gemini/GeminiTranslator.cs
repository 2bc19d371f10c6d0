using System.Net.Http.Headers;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>Gemini at Google AI, with a key.</summary>
internal sealed class GeminiTranslator(string providerName, GeminiSettings settings, TimeProvider timeProvider)
    : GenerateContentTranslator(new ProviderInfo(providerName, "Gemini", ProviderCapabilities.All), settings.Model, settings.Base, timeProvider)
{
    protected override void AddHeaders(HttpRequestHeaders headers) => headers.TryAddWithoutValidation("x-goog-api-key", settings.Key.Reveal());
}
