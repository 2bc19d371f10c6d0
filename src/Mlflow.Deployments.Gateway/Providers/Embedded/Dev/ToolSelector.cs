using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Decides whether a tool is called, and which.</summary>
/// <remarks>
/// A tool fits a question by the words they share: a word of the tool's name counts 2, one of its description 1. Where the model is free to
/// choose, a tool is called from 2 on; where it must call one, the best is called even with 0. Of equals the first in the request wins.
/// </remarks>
internal static class ToolSelector
{
    private const int ClearFit = 2;

    /// <summary>Returns the tool to call, or null for an answer in words.</summary>
    /// <exception cref="DevRequestException">A tool is forced that the request does not have.</exception>
    public static FunctionDefinition? Choose(ChatRequest request, string question)
    {
        FunctionDefinition[] tools = [.. (request.Tools ?? []).Select(t => t.Function).OfType<FunctionDefinition>().Where(f => !string.IsNullOrEmpty(f.Name))];
        if (request.ToolChoice?.FunctionName is { } name)
        {
            return Array.Find(tools, t => t.Name == name)
                ?? throw new DevRequestException($"tool_choice names the function '{name}', which is not among the request's tools.");
        }

        bool isForced = request.ToolChoice?.Mode == ToolChoice.Required.Mode;
        if (isForced && tools.Length == 0)
        {
            throw new DevRequestException("tool_choice is 'required', but the request has no tools.");
        }

        if (tools.Length == 0 || request.ToolChoice?.Mode == ToolChoice.None.Mode)
        {
            return null;
        }

        HashSet<string> asked = Words.Of(question);
        FunctionDefinition best = tools.MaxBy(t => Fit(t, asked))!;
        return isForced || Fit(best, asked) >= ClearFit ? best : null;
    }

    private static int Fit(FunctionDefinition tool, HashSet<string> asked)
    {
        HashSet<string> name = Words.Of(tool.Name!);
        HashSet<string> description = Words.Of(tool.Description ?? "");
        description.ExceptWith(name);
        return (2 * name.Count(asked.Contains)) + description.Count(asked.Contains);
    }
}
