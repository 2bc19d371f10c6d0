using System.Collections.Immutable;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Passthrough;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.OpenAI;

/// <summary>A server that speaks OpenAI's form: what it is called, where it is, and what proves the gateway there.</summary>
internal sealed record OpenAIServer
{
    public required ProviderInfo Info { get; init; }

    /// <summary>The address that the paths of the operations are put behind; no slash at its end.</summary>
    public required string Base { get; init; }

    /// <summary>What stands behind those paths, <c>?</c> included.</summary>
    public string Query { get; init; } = "";

    /// <summary>The model for the body; null where the server knows it otherwise.</summary>
    public string? Model { get; init; }

    /// <summary>The model for bodies that pass through, where it is another one; null: <see cref="Model"/>.</summary>
    public string? PassedModel { get; init; }

    /// <summary>Where requests pass through besides chat completions and embeddings.</summary>
    public ImmutableDictionary<PassthroughAction, Uri> MorePassthrough { get; init; } = ImmutableDictionary<PassthroughAction, Uri>.Empty;

    /// <summary>Headers of every request.</summary>
    public IReadOnlyList<(string Name, Secret Value)> Headers { get; init; } = [];

    /// <summary>What has to be waited for; null where the headers say it all.</summary>
    public UpstreamCredential? Credential { get; init; }

    /// <summary>Puts right what this server says otherwise than OpenAI in a chat answer, and gives null where there is nothing; null: nothing ever.</summary>
    public AnswerRewriter? Rewrite { get; init; }

    public static (string Name, Secret Value) Bearer(Secret key) => ("Authorization", new Secret($"Bearer {key.Reveal()}"));
}
