using System.Runtime.CompilerServices;
using System.Text.Json;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Dialects;

/// <summary>Speaks to OpenAI, to Azure OpenAI, and to anything compatible: the name of the endpoint is the model, or the deployment.</summary>
internal sealed class OpenAIDialect(HttpClient http, DeployTarget target, Caller caller) : IDialect
{
    private readonly IOpenAIApi _api = RefitClient.Create<IOpenAIApi>(http);
    private readonly IAzureOpenAIApi _azure = RefitClient.Create<IAzureOpenAIApi>(http);

    public Task<HttpResponseMessage> InvokeAsync(string endpoint, RequestKind kind, JsonBody body, CancellationToken cancellationToken)
    {
        var isOther = kind == RequestKind.Other; // of a type that is not ours: what is in it tells what it is
        kind = !isOther || body.Has("messages"u8) ? kind : body.Has("prompt"u8) ? RequestKind.Completions : body.Has("input"u8) ? RequestKind.Embeddings : kind;
        var namesModel = target.AzureApiVersion is not null || (isOther && body.Has("model"u8));
        var content = namesModel ? body.ToContent() : body.WithModel(endpoint).ToContent();
        var deployment = target.AzureDeployment ?? endpoint;
        return (kind, target.AzureApiVersion) switch
        {
            (RequestKind.Completions, null) => _api.CompleteAsync(content, cancellationToken),
            (RequestKind.Embeddings, null) => _api.EmbedAsync(content, cancellationToken),
            (_, null) => _api.ChatAsync(content, cancellationToken),
            (RequestKind.Completions, { } version) => _azure.CompleteAsync(deployment, version, content, cancellationToken),
            (RequestKind.Embeddings, { } version) => _azure.EmbedAsync(deployment, version, content, cancellationToken),
            (_, { } version) => _azure.ChatAsync(deployment, version, content, cancellationToken),
        };
    }

    // There is no route for health; the list of models needs a valid key and costs nothing.
    public Task<HttpResponseMessage> GetHealthAsync(CancellationToken cancellationToken) => ListModelsAsync(cancellationToken);

    public async Task<DeploymentEndpoint> GetEndpointAsync(string name, CancellationToken cancellationToken)
    {
        if (name.Split('/').Any(step => step is "." or ".."))
        {
            // The slashes of a name stay slashes here, and so these steps would leave the route.
            throw new ArgumentException($"'{name}' is no name of a model.", nameof(name));
        }

        var model = await caller.ReadAsync(
            CallContext.ForEndpoint(name, target),
            token => target.AzureApiVersion is { } version ? _azure.GetModelAsync(name, version, token) : _api.GetModelAsync(name, token),
            static json => JsonSerializer.Deserialize(json, DeployJson.Default.OpenAIModel),
            cancellationToken).ConfigureAwait(false);
        return model.ToDeploymentEndpoint();
    }

    public async IAsyncEnumerable<DeploymentEndpoint> ListEndpointsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = CallContext.ForServer("The list of models", target);
        var page = await caller.ReadAsync(call, ListModelsAsync, static json => JsonSerializer.Deserialize(json, DeployJson.Default.OpenAIModelList), cancellationToken)
            .ConfigureAwait(false);
        foreach (var model in WireList.Of(page.Data))
        {
            yield return model.ToDeploymentEndpoint();
        }
    }

    private Task<HttpResponseMessage> ListModelsAsync(CancellationToken cancellationToken) =>
        target.AzureApiVersion is { } version ? _azure.ListModelsAsync(version, cancellationToken) : _api.ListModelsAsync(cancellationToken);
}
