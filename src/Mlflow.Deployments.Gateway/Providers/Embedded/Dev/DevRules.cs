namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>The rules of the development responder, as its answers name them.</summary>
internal static class DevRules
{
    /// <summary>A scripted reply matched.</summary>
    public const string Scripted = "scripted";

    /// <summary>A tool is called.</summary>
    public const string ToolCall = "tool_call";

    /// <summary>JSON was made of the request's schema.</summary>
    public const string Json = "json";

    /// <summary>The result of a tool was told.</summary>
    public const string ToolResult = "tool_result";

    /// <summary>A sentence of the messages answers the question.</summary>
    public const string Extractive = "extractive";

    /// <summary>Nothing else applied: what the user wrote comes back.</summary>
    public const string Echo = "echo";
}
