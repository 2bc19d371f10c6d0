using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Chat;

/// <summary>Says whether the model may, must or must not call tools.</summary>
[JsonConverter(typeof(ToolChoiceConverter))]
public sealed record ToolChoice
{
    private ToolChoice(string? mode, string? functionName, JsonElement? other)
    {
        Mode = mode;
        FunctionName = functionName;
        Other = other;
    }

    /// <summary>Gets the choice that forbids tools.</summary>
    public static ToolChoice None { get; } = new("none", null, null);

    /// <summary>Gets the choice that leaves it to the model; the default when tools are given.</summary>
    public static ToolChoice Auto { get; } = new("auto", null, null);

    /// <summary>Gets the choice that asks for at least one call.</summary>
    public static ToolChoice Required { get; } = new("required", null, null);

    /// <summary>Gets the word of the choice; null when it names a function.</summary>
    public string? Mode { get; }

    /// <summary>Gets the function that must be called; null when the choice is a word.</summary>
    public string? FunctionName { get; }

    /// <summary>Gets a choice of a form that this type does not know, as it stood on the wire.</summary>
    internal JsonElement? Other { get; }

    /// <summary>Makes the choice that asks for a call of one function.</summary>
    /// <param name="name">The name of one of the request's tools.</param>
    /// <returns>The choice.</returns>
    public static ToolChoice ForFunction(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(null, name, null);
    }

    internal static ToolChoice FromMode(string mode) => mode switch
    {
        "none" => None,
        "auto" => Auto,
        "required" => Required,
        _ => new(mode, null, null),
    };

    internal static ToolChoice FromOther(JsonElement other) => new(null, null, other);
}
