using System.Net.Http.Headers;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Translation;

/// <summary>A provider that gets a body of its own: where it goes, which headers it needs, what stands in it.</summary>
internal abstract class BodyTranslator(ProviderInfo info, string model, TimeProvider timeProvider) : UpstreamTranslator
{
    public sealed override ProviderInfo Info => info;

    /// <summary>The endpoint's model.</summary>
    protected string Model => model;

    /// <summary>Unix time in seconds.</summary>
    protected long Now => timeProvider.GetUtcNow().ToUnixTimeSeconds();

    public sealed override HttpRequestMessage CreateRequest(ProviderCall call)
    {
        var body = new PooledBuffer(call.Body.Length + 256);
        try
        {
            using Utf8JsonWriter writer = JsonText.CreateWriter(body);
            writer.WriteStartObject();
            WriteRequest(call, writer);
            writer.WriteEndObject();
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair, written as \uD800, is JSON but no text.
            throw new ProviderException(FailureKind.RequestRefused, "A text of the request is not valid.", e);
        }
        catch (JsonException e)
        {
            throw new ProviderException(FailureKind.RequestRefused, $"The value of {e.Path ?? "a parameter"} cannot be used.", e);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, Address(call)) { Content = new PooledContent(body) };
        request.Headers.UserAgent.Add(UserAgent);
        AddHeaders(request.Headers);
        return request;
    }

    protected abstract Uri Address(ProviderCall call);

    protected abstract void AddHeaders(HttpRequestHeaders headers);

    /// <summary>Writes the members of the body.</summary>
    /// <exception cref="ProviderException">The provider cannot take the request.</exception>
    protected abstract void WriteRequest(ProviderCall call, Utf8JsonWriter writer);
}
