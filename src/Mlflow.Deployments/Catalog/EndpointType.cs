using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments;

/// <summary>Says what an endpoint is asked with. Unknown types are kept as the server sent them.</summary>
/// <param name="Value">The text on the wire; null when the server does not say.</param>
[JsonConverter(typeof(OpenStringConverter<EndpointType>))]
public readonly record struct EndpointType(string? Value) : IOpenString<EndpointType>
{
    private static readonly string[] Known = ["llm/v1/chat", "llm/v1/completions", "llm/v1/embeddings"];

    /// <summary>Gets the type of endpoints that take messages.</summary>
    public static EndpointType Chat { get; } = new("llm/v1/chat");

    /// <summary>Gets the type of endpoints that take a prompt.</summary>
    public static EndpointType Completions { get; } = new("llm/v1/completions");

    /// <summary>Gets the type of endpoints that turn texts into vectors.</summary>
    public static EndpointType Embeddings { get; } = new("llm/v1/embeddings");

    static ReadOnlySpan<string> IOpenString<EndpointType>.WellKnown => Known;

    static EndpointType IOpenString<EndpointType>.From(string? value) => new(value);

    /// <summary>Returns the text as it stands on the wire; empty for null.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value ?? string.Empty;
}
