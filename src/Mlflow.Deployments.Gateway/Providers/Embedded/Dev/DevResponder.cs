using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Answers chats and completions for development and tests, the same way each time. It is not a language model.</summary>
/// <remarks>
/// <para>Thread-safe and without state. The first rule that applies makes the answer:</para>
/// <list type="number">
/// <item>A scripted reply whose match is in the last message of the user.</item>
/// <item>A tool call, when a tool is forced or clearly fits (<see cref="ToolSelector"/>) and the user's message has no tool result yet.</item>
/// <item>JSON made of the schema, when the request has such a response format.</item>
/// <item>The results of tools, when the conversation ends with them.</item>
/// <item>The sentence of the conversation nearest to the question (<see cref="SentenceFinder"/>).</item>
/// <item>What the user wrote, with the words that this is no language model.</item>
/// </list>
/// </remarks>
internal sealed class DevResponder(DevResponderSettings settings)
{
    /// <summary>The name of the model in configurations and answers.</summary>
    public const string ModelName = "dev";

    /// <summary>The beginning of every echo.</summary>
    public const string EchoNotice = "This answer comes from the gateway's development responder, not from a language model.";

    private const int KeyLength = 24;
    private const int MostChoices = 128;

    /// <summary>Answers a chat.</summary>
    /// <exception cref="DevRequestException">The request asks for a tool that it does not have, for a schema that has no end, or for too much.</exception>
    public DevAnswer Answer(ChatRequest request)
    {
        var conversation = new Conversation(request.Messages);
        DevDraft draft = Scripted(conversation.Question)
            ?? CallTool(request, conversation)
            ?? MakeJson(request, conversation)
            ?? TellResults(conversation)
            ?? Extract(conversation.Context, conversation.Question)
            ?? Echo(conversation.Question);

        // How the answer is delivered is no part of the question.
        ChatRequest asked = request with { Stream = null, StreamOptions = null };
        return Finish(
            draft,
            JsonSerializer.SerializeToUtf8Bytes(asked, DeployJson.Default.ChatRequest),
            new DevLimits(request.Stop, request.MaxCompletionTokens ?? request.MaxTokens),
            request.N ?? 1,
            conversation.CountTokens());
    }

    /// <summary>Answers a completion: by scripted reply, sentence of the prompt, or echo.</summary>
    public DevAnswer Answer(CompletionRequest request)
    {
        DevDraft draft = Scripted(request.Prompt) ?? Extract([request.Prompt], request.Prompt) ?? Echo(request.Prompt);
        CompletionRequest asked = request with { Stream = null, StreamOptions = null };
        return Finish(
            draft,
            JsonSerializer.SerializeToUtf8Bytes(asked, DeployJson.Default.CompletionRequest),
            new DevLimits(request.Stop, request.MaxCompletionTokens ?? request.MaxTokens),
            request.N ?? 1,
            SentenceEncoder.Shared.CountTokens(request.Prompt));
    }

    private DevDraft? Scripted(string question) =>
        settings.Replies.FirstOrDefault(r => r.Matches(question)) is { } reply ? new DevDraft(DevRules.Scripted, reply.Reply) : null;

    private static DevDraft? CallTool(ChatRequest request, Conversation conversation)
    {
        // A forced tool that was called already would be called for ever.
        if (conversation.Results.Count > 0 || ToolSelector.Choose(request, conversation.Question) is not { } tool)
        {
            return null;
        }

        return new DevDraft(DevRules.ToolCall, SchemaExample.Make(tool.Parameters, conversation.Question)) { ToolName = tool.Name };
    }

    private DevDraft? MakeJson(ChatRequest request, Conversation conversation)
    {
        if (request.ResponseFormat?.Type is not ("json_schema" or "json_object"))
        {
            return null;
        }

        if (request.ResponseFormat.JsonSchema?.Schema is { } schema)
        {
            return new DevDraft(DevRules.Json, SchemaExample.Make(schema, conversation.Question));
        }

        DevDraft inner = TellResults(conversation) ?? Extract(conversation.Context, conversation.Question) ?? Echo(conversation.Question);
        return new DevDraft(DevRules.Json, SchemaExample.Write(new JsonObject { ["answer"] = inner.Text })) { Score = inner.Score };
    }

    private static DevDraft? TellResults(Conversation conversation) =>
        conversation.EndsWithResults
            ? new DevDraft(DevRules.ToolResult, string.Join('\n', conversation.Results.Select(r => $"The tool {r.Tool} returned: {r.Text}")))
            : null;

    private DevDraft? Extract(IEnumerable<string> context, string question) =>
        SentenceFinder.Find(context, question, settings.MinScore) is var (sentence, score)
            ? new DevDraft(DevRules.Extractive, sentence) { Score = score }
            : null;

    private static DevDraft Echo(string question) =>
        new(DevRules.Echo, string.IsNullOrWhiteSpace(question) ? $"{EchoNotice} The request holds no text of a user." : $"{EchoNotice} You wrote: {question}");

    private static DevAnswer Finish(DevDraft draft, byte[] request, DevLimits limits, int count, int promptTokens)
    {
        if (count is < 1 or > MostChoices)
        {
            throw new DevRequestException($"n is {count}; the development responder makes 1 to {MostChoices} choices.");
        }

        DevChoice choice = limits.Cut(draft);
        int completionTokens = choice.Pieces.Count * count;
        return new DevAnswer
        {
            Key = Convert.ToHexStringLower(SHA256.HashData(request))[..KeyLength],
            Rule = draft.Rule,
            Score = draft.Score,
            Choices = [.. Enumerable.Repeat(choice, count)],
            Usage = new TokenUsage { PromptTokens = promptTokens, CompletionTokens = completionTokens, TotalTokens = promptTokens + completionTokens },
        };
    }
}
