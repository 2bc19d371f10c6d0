using System.Net;
using System.Net.Http.Headers;
using Mlflow.Deployments.Gateway.Providers.Gemini;

namespace Mlflow.Deployments.Gateway.Providers.VertexAI;

/// <summary>Gemini at Google Cloud, with a token of the project's account.</summary>
internal sealed class VertexAITranslator(string providerName, VertexAISettings settings, GoogleTokenSource tokens, TimeProvider timeProvider)
    : GenerateContentTranslator(
        new ProviderInfo(providerName, "Vertex AI", ProviderCapabilities.All), settings.Model, BaseAddress(settings), timeProvider)
{
    public override async ValueTask<HttpRequestMessage> CreateRequestAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        // Made first: a request that is refused needs no token.
        HttpRequestMessage request = CreateRequest(call);
        try
        {
            await AddHeadersAsync(request, call, cancellationToken);
            (HttpRequestMessage ready, request) = (request, null!);
            return ready;
        }
        finally
        {
            request?.Dispose();
        }
    }

    public override async ValueTask AddHeadersAsync(HttpRequestMessage request, ProviderCall call, CancellationToken cancellationToken) =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetAsync(call, cancellationToken));

    public override void Renew(HttpRequestMessage refused) => tokens.Drop(refused.Headers.Authorization?.Parameter);

    public override ProviderException TranslateError(ProviderCall call, HttpResponseMessage response, ReadOnlyMemory<byte> body, bool isJson)
    {
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            tokens.Drop(response.RequestMessage?.Headers.Authorization?.Parameter);
        }

        return base.TranslateError(call, response, body, isJson);
    }

    protected override void AddHeaders(HttpRequestHeaders headers)
    {
        // The token may have to be waited for; it is added last.
    }

    private static string BaseAddress(VertexAISettings settings) =>
        $"{settings.Host}/v1/projects/{Uri.EscapeDataString(settings.Project)}/locations/{settings.Location}/publishers/google/models";
}
