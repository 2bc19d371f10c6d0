using Refit;

namespace Mlflow.Deployments.Dialects;

/// <summary>The routes of OpenAI's API at Azure (<see cref="DeployDialect.OpenAI"/>). The endpoint is a deployment, which goes in the path.</summary>
internal interface IAzureOpenAIApi
{
    [Post("/openai/deployments/{deployment}/chat/completions")]
    Task<HttpResponseMessage> ChatAsync(string deployment, [AliasAs("api-version")] string apiVersion, [Body] HttpContent body, CancellationToken cancellationToken);

    [Post("/openai/deployments/{deployment}/completions")]
    Task<HttpResponseMessage> CompleteAsync(string deployment, [AliasAs("api-version")] string apiVersion, [Body] HttpContent body, CancellationToken cancellationToken);

    [Post("/openai/deployments/{deployment}/embeddings")]
    Task<HttpResponseMessage> EmbedAsync(string deployment, [AliasAs("api-version")] string apiVersion, [Body] HttpContent body, CancellationToken cancellationToken);

    [Get("/openai/models")]
    Task<HttpResponseMessage> ListModelsAsync([AliasAs("api-version")] string apiVersion, CancellationToken cancellationToken);

    [Get("/openai/models/{id}")]
    Task<HttpResponseMessage> GetModelAsync(string id, [AliasAs("api-version")] string apiVersion, CancellationToken cancellationToken);
}
