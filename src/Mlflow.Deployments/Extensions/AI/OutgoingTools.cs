using Microsoft.Extensions.AI;
using Wire = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>Makes our tools, tool choice and tool calls.</summary>
internal static class OutgoingTools
{
    public static IReadOnlyList<Wire.ChatTool>? Of(IReadOnlyList<Wire.ChatTool>? given, IList<AITool>? tools) =>
        tools is { Count: > 0 } ? [.. given ?? [], .. tools.Select(Of)] : given;

    public static Wire.ToolChoice? ChoiceOf(ChatToolMode? mode, bool hasTools) => mode switch
    {
        null => null,
        NoneChatToolMode => hasTools ? Wire.ToolChoice.None : null, // servers refuse a choice where there are no tools
        AutoChatToolMode => hasTools ? Wire.ToolChoice.Auto : null,
        RequiredChatToolMode { RequiredFunctionName: { } name } => Wire.ToolChoice.ForFunction(name),
        RequiredChatToolMode => Wire.ToolChoice.Required,
        _ => throw Refusal.OfOptions($"ToolMode is a {mode.GetType().Name}; chat endpoints know none, auto, required and a function's name."),
    };

    public static Wire.ToolCall CallOf(FunctionCallContent call)
    {
        // Arguments that could not be read go back as the model wrote them, so that it sees its mistake.
        var asWritten = call.RawRepresentation as Wire.ToolCall;
        var arguments = call.Arguments is { } values ? AIJson.ToText(AIJson.ToElement(values, $"The arguments of call '{call.CallId}'", "messages"))
            : call.Exception is not null && asWritten?.Function?.Arguments is { } text ? text
            : "{}";
        return new()
        {
            Id = call.CallId,
            Type = "function",
            Function = new() { Name = call.Name, Arguments = arguments },
            Extra = Fields.Outgoing(call.AdditionalProperties, "messages"),
        };
    }

    private static Wire.ChatTool Of(AITool tool)
    {
        if (tool is not AIFunctionDeclaration function)
        {
            throw Refusal.OfOptions(
                $"Tool '{tool?.Name}' is a {tool?.GetType().Name}, and chat endpoints take functions only. Leave it out; a tool that the provider knows can be given as a ChatTool by RawRepresentationFactory.");
        }

        var strict = Fields.StrictOf(function.AdditionalProperties);
        return new()
        {
            Type = "function",
            Function = new()
            {
                Name = function.Name,
                Description = string.IsNullOrEmpty(function.Description) ? null : function.Description,
                Parameters = StrictSchema.Of(function.JsonSchema, strict),
                Strict = strict,
            },
            Extra = Fields.Outgoing(function.AdditionalProperties, "options", Fields.Strict, "Strict"),
        };
    }
}
