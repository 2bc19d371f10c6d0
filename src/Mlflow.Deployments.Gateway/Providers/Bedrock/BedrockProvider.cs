using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock;

/// <summary>Amazon Bedrock: Converse for chats, InvokeModel for the rest.</summary>
internal sealed class BedrockProvider : IProvider
{
    private readonly BedrockService _service;
    private readonly UpstreamClient _client;
    private readonly BedrockTranslator _converse;
    private readonly BedrockTranslator _completion;
    private readonly TitanEmbedding _embedding;
    private readonly BedrockTranslator _signedEmbedding;

    public BedrockProvider(string providerName, BedrockSettings settings, ProviderServices services)
    {
        // MLflow's client for bearer tokens asks for whole answers of one operation only.
        Info = settings.BearerToken is null
            ? new ProviderInfo(providerName, "Amazon Bedrock", ProviderCapabilities.All & ~ProviderCapabilities.CompletionsStream)
            : new ProviderInfo(providerName, "Amazon Bedrock (bearer token)", ProviderCapabilities.Chat | ProviderCapabilities.Completions);
        _client = services.Upstream;
        _service = new BedrockService(settings, services);
        _converse = new BedrockTranslator(_service, new ConverseTranslator(Info, settings.Model, _service, services.TimeProvider));
        _completion = new BedrockTranslator(_service, new InvokeCompletion(Info, settings.Model, _service, services.TimeProvider));
        _embedding = new TitanEmbedding(Info, settings.Model, _service, services.TimeProvider);
        _signedEmbedding = new BedrockTranslator(_service, _embedding);
    }

    public ProviderInfo Info { get; }

    public ValueTask<ProviderAnswer> InvokeAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        _service.RequireRegion();
        return call.Operation switch
        {
            Operation.Chat => _client.InvokeAsync(_converse, call, cancellationToken),
            Operation.Completions => _client.InvokeAsync(_completion, call, cancellationToken),
            _ => EmbedAsync(call, cancellationToken),
        };
    }

    /// <summary>The model takes one input a call; they are asked for one after the other, as MLflow does.</summary>
    private async ValueTask<ProviderAnswer> EmbedAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        EmbeddingInput input = call.ReadEmbedding().Input;
        IReadOnlyList<string> texts = input.Texts ?? (input.Text is { } text ? [text]
            : throw new ProviderException(FailureKind.RequestRefused, $"{Info.DisplayName} embeds texts; lists of token numbers cannot be used."));
        var answers = new List<ProviderAnswer>(texts.Count);
        try
        {
            foreach (string one in texts)
            {
                answers.Add(await _client.InvokeAsync(_signedEmbedding, TitanEmbedding.CallFor(call, one), cancellationToken));
            }

            return new ProviderAnswer(_embedding.Join(answers));
        }
        finally
        {
            answers.ForEach(x => x.Dispose());
        }
    }
}
