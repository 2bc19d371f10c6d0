using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments;

/// <summary>Checks arguments against our own contract; what a server allows is the server's to say.</summary>
internal static class Arguments
{
    public static void CheckEndpoint(string? endpoint, string argumentName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(endpoint, argumentName);
        if (endpoint is "." or "..")
        {
            // As a step of a path, these two would leave the route.
            throw new ArgumentException($"'{endpoint}' is no name of an endpoint.", argumentName);
        }
    }

    public static ChatRequest Checked(ChatRequest? request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Messages is not { Count: > 0 })
        {
            throw new ArgumentException("The request has no messages; it needs at least one.", nameof(request));
        }

        for (var i = 0; i < request.Messages.Count; i++)
        {
            if (request.Messages[i] is null)
            {
                throw new ArgumentException($"Message {i} of the request is null.", nameof(request));
            }
        }

        RefuseStream(request.Extra, nameof(request));
        RefuseTwice(request, request.Extra, DeployJson.Default.ChatRequest, nameof(request));
        return request;
    }

    public static CompletionRequest Checked(CompletionRequest? request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Prompt is null)
        {
            throw new ArgumentException("The request has no prompt.", nameof(request));
        }

        RefuseStream(request.Extra, nameof(request));
        RefuseTwice(request, request.Extra, DeployJson.Default.CompletionRequest, nameof(request));
        return request;
    }

    public static EmbeddingRequest Checked(EmbeddingRequest? request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Input is null)
        {
            throw new ArgumentException("The request has no input.", nameof(request));
        }

        RefuseTwice(request, request.Extra, DeployJson.Default.EmbeddingRequest, nameof(request));
        return request;
    }

    public static void RefuseStream(JsonObject inputs, string argumentName)
    {
        if (inputs["stream"] is JsonValue value && value.GetValueKind() == JsonValueKind.True)
        {
            throw new ArgumentException("The inputs ask for a stream ('stream': true). Call PredictStreamAsync instead.", argumentName);
        }
    }

    private static void RefuseStream(IDictionary<string, JsonElement>? extra, string argumentName)
    {
        if (extra?.ContainsKey("stream") is true)
        {
            throw new ArgumentException("Extra holds 'stream'. Leave it out: PredictAsync does not stream, PredictStreamAsync does.", argumentName);
        }
    }

    // A field that is set by its property and again in Extra would stand in the JSON twice, and servers differ in which they take.
    private static void RefuseTwice<T>(T request, IDictionary<string, JsonElement>? extra, JsonTypeInfo<T> type, string argumentName)
    {
        foreach (var name in extra?.Keys ?? [])
        {
            if (type.Properties.FirstOrDefault(property => property.Name == name) is { Get: { } get } && get(request!) is not null)
            {
                throw new ArgumentException($"'{name}' is set by its property and again in Extra. Leave one of them out.", argumentName);
            }
        }
    }
}
