using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>One request for a provider: checked and normalised, in MLflow's wire format.</summary>
internal sealed class ProviderCall
{
    public required EndpointConfig Endpoint { get; init; }

    public required Operation Operation { get; init; }

    public required bool IsStream { get; init; }

    /// <summary>The request as UTF-8 JSON: no null members, no <c>model</c>.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Where in <see cref="Body"/> the object <c>stream_options</c> stands; null when the request has none.</summary>
    public Range? StreamOptions { get; init; }

    /// <summary>Reads the body as an object, for providers that need one.</summary>
    /// <exception cref="ProviderException">A value cannot be held, a number that is too large for instance.</exception>
    public ChatRequest ReadChat() => Read(DeployJson.Default.ChatRequest);

    /// <inheritdoc cref="ReadChat"/>
    public CompletionRequest ReadCompletion() => Read(DeployJson.Default.CompletionRequest);

    /// <inheritdoc cref="ReadChat"/>
    public EmbeddingRequest ReadEmbedding() => Read(DeployJson.Default.EmbeddingRequest);

    private T Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(Body.Span, type) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new ProviderException(FailureKind.RequestRefused, $"The value of {e.Path ?? "the body"} cannot be used.", e);
        }
    }
}
