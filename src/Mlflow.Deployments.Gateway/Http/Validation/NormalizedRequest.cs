using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Http.Validation;

/// <summary>What one pass over a request's body found: the body for the provider, or the problems.</summary>
internal sealed class NormalizedRequest(PooledBuffer body) : IDisposable
{
    /// <summary>The body for the provider; meaningless when there are problems.</summary>
    public PooledBuffer Body => body;

    public bool IsStream { get; set; }

    /// <summary>The body has a <c>model</c> that is not null.</summary>
    public bool HasModel { get; set; }

    public string? Model { get; set; }

    /// <summary>The text of <c>user</c>, by which OpenAI's clients tell who asks.</summary>
    public string? User { get; set; }

    public bool HasChoiceCount { get; set; }

    public Range? StreamOptions { get; set; }

    public List<ValidationProblem> Problems { get; } = [];

    public void Dispose() => body.Dispose();
}
