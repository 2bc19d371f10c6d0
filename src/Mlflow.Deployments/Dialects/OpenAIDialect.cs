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
        var content = target.AzureApiVersion is null ? body.WithModel(endpoint).ToContent() : body.ToContent();
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
