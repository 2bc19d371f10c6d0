using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>Says who speaks in a message. Unknown roles are kept as they are.</summary>
/// <param name="Value">The text on the wire; null in the chunks of a stream that do not repeat it.</param>
[JsonConverter(typeof(OpenStringConverter<ChatRole>))]
public readonly record struct ChatRole(string? Value) : IOpenString<ChatRole>
{
    private static readonly string[] Known = ["assistant", "user", "system", "tool"];

    /// <summary>Gets the role of instructions to the model.</summary>
    public static ChatRole System { get; } = new("system");

    /// <summary>Gets the role of the person who asks.</summary>
    public static ChatRole User { get; } = new("user");

    /// <summary>Gets the role of the model.</summary>
    public static ChatRole Assistant { get; } = new("assistant");

    /// <summary>Gets the role of the result of a tool call.</summary>
    public static ChatRole Tool { get; } = new("tool");

    static ReadOnlySpan<string> IOpenString<ChatRole>.WellKnown => Known;

    static ChatRole IOpenString<ChatRole>.From(string? value) => new(value);

    /// <summary>Returns the text as it stands on the wire; empty for null.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value ?? string.Empty;
}
