using System.Globalization;
using Microsoft.Extensions.AI;
using Wire = Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>One embeddings endpoint as an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>.</summary>
internal sealed class EndpointEmbeddingGenerator(IDeployClient client, string endpoint) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new(EndpointService.ProviderName, EndpointService.AddressOf(client), endpoint);

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var texts = values.ToList();
        if (texts.IndexOf(null!) is var missing and >= 0)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Text {missing} is null."), nameof(values));
        }

        var request = RequestOf(texts, options);
        return texts.Count == 0 ? Task.FromResult(new GeneratedEmbeddings<Embedding<float>>()) : AskAsync(request, texts.Count, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => EndpointService.Find(serviceType, serviceKey, _metadata, this, client);

    /// <summary>Does nothing: the client belongs to whoever made it.</summary>
    public void Dispose()
    {
    }

    private Wire.EmbeddingRequest RequestOf(List<string> texts, EmbeddingGenerationOptions? options)
    {
        if (options is null)
        {
            return new(texts);
        }

        EndpointService.RefuseModel(options.ModelId, endpoint, nameof(options));
        var given = EndpointService.Given<Wire.EmbeddingRequest>(options.RawRepresentationFactory?.Invoke(this), nameof(options));
        return new(texts)
        {
            EncodingFormat = given?.EncodingFormat,
            Extra = Fields.OfRequest(given?.Extra, options.AdditionalProperties, ("dimensions", options.Dimensions)),
        };
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> AskAsync(Wire.EmbeddingRequest request, int count, CancellationToken cancellationToken)
    {
        var answer = await client.PredictAsync(endpoint, request, cancellationToken).ConfigureAwait(false);
        Wire.EmbeddingFit.Check(answer, count, endpoint);
        return new(answer.Data.Select(embedding => new Embedding<float>(embedding.Vector)
        {
            ModelId = IncomingAnswer.OrNull(answer.Model),
            AdditionalProperties = Fields.Incoming(embedding.Extra),
        }))
        {
            Usage = IncomingUsage.Of(answer.Usage),
            AdditionalProperties = Fields.Incoming(answer.Extra),
        };
    }
}
