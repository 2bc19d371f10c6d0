using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Embeddings;

/// <summary>Says how vectors travel. Either way the client returns floats.</summary>
/// <param name="Value">The text on the wire.</param>
[JsonConverter(typeof(OpenStringConverter<EmbeddingEncodingFormat>))]
public readonly record struct EmbeddingEncodingFormat(string? Value) : IOpenString<EmbeddingEncodingFormat>
{
    private static readonly string[] Known = ["float", "base64"];

    /// <summary>Gets the format of JSON numbers: every server has it.</summary>
    public static EmbeddingEncodingFormat Float { get; } = new("float");

    /// <summary>Gets the format of little-endian float32 in base64: about a quarter of the bytes, and much faster to read.</summary>
    public static EmbeddingEncodingFormat Base64 { get; } = new("base64");

    static ReadOnlySpan<string> IOpenString<EmbeddingEncodingFormat>.WellKnown => Known;

    static EmbeddingEncodingFormat IOpenString<EmbeddingEncodingFormat>.From(string? value) => new(value);

    /// <summary>Returns the text as it stands on the wire; empty for null.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value ?? string.Empty;
}
