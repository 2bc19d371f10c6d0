using Refit;

namespace Mlflow.Deployments.Dialects;

/// <summary>The routes of OpenAI's API (<see cref="DeployDialect.OpenAI"/>), at OpenAI or at anything compatible. The model goes in the body.</summary>
internal interface IOpenAIApi
{
    [Post("/chat/completions")]
    Task<HttpResponseMessage> ChatAsync([Body] HttpContent body, CancellationToken cancellationToken);

    [Post("/completions")]
    Task<HttpResponseMessage> CompleteAsync([Body] HttpContent body, CancellationToken cancellationToken);

    [Post("/embeddings")]
    Task<HttpResponseMessage> EmbedAsync([Body] HttpContent body, CancellationToken cancellationToken);

    [Get("/models")]
    Task<HttpResponseMessage> ListModelsAsync(CancellationToken cancellationToken);

    // A model's name may have slashes (meta-llama/Llama-3-8b), which are steps of the path.
    [Get("/models/{**id}")]
    Task<HttpResponseMessage> GetModelAsync(string id, CancellationToken cancellationToken);
}
