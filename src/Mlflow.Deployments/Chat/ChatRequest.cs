using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>Asks a chat endpoint.</summary>
/// <remarks>
/// Immutable: one request may be sent many times in parallel. There is no model: the endpoint names it.
/// Source: MLflow AI Gateway 3.11, <c>POST /gateway/{endpoint}/invocations</c>.
/// </remarks>
public sealed record ChatRequest
{
    /// <summary>Makes a request; set <see cref="Messages"/>.</summary>
    [JsonConstructor]
    public ChatRequest()
    {
    }

    /// <summary>Makes a request with one message of the person who asks.</summary>
    /// <param name="userMessage">The question.</param>
    [SetsRequiredMembers]
    public ChatRequest(string userMessage)
    {
        ArgumentNullException.ThrowIfNull(userMessage);
        Messages = [ChatMessage.User(userMessage)];
    }

    /// <summary>Gets the conversation, oldest message first; at least one.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Gets how freely the model chooses: 0 (hardly) to 2; null leaves it to the provider.</summary>
    public double? Temperature { get; init; }

    /// <summary>Gets the longest answer in tokens, at least 1; null leaves it to the provider.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Gets the longest answer in tokens, reasoning included: the name that newer models want in place of <see cref="MaxTokens"/>.</summary>
    public int? MaxCompletionTokens { get; init; }

    /// <summary>Gets the share of probability that the model chooses from: 0 to 1; null leaves it to the provider.</summary>
    public double? TopP { get; init; }

    /// <summary>Gets the number of likeliest tokens that the model chooses from, at least 1; null leaves it to the provider.</summary>
    public int? TopK { get; init; }

    /// <summary>Gets the number of answers, at least 1; null means 1.</summary>
    public int? N { get; init; }

    /// <summary>Gets the texts at which the answer ends; null for none.</summary>
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>Gets the penalty for tokens that occurred: -2 to 2; null leaves it to the provider.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>Gets the penalty for tokens by how often they occurred: -2 to 2; null leaves it to the provider.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>Gets the tools that the model may ask to be called; null for none.</summary>
    public IReadOnlyList<ChatTool>? Tools { get; init; }

    /// <summary>Gets whether the model may, must or must not call tools; null leaves it to the model.</summary>
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>Gets the form of the answer; null for plain text.</summary>
    public ResponseFormat? ResponseFormat { get; init; }

    /// <summary>Gets what a stream carries beside the answer; null leaves it to <see cref="DeployClientOptions.IncludeStreamUsage"/>.</summary>
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>Gets or sets more parameters, by their wire names; the server passes them on to the provider (<c>seed</c>, <c>logprobs</c>, a vendor's own).</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>Gets whether the answer is streamed: set on a copy by the client, because the method that is called says it.</summary>
    [JsonInclude]
    internal bool? Stream { get; init; }

    /// <summary>Describes the request without its texts.</summary>
    /// <returns>The number of messages and tools.</returns>
    public override string ToString() => $"ChatRequest {{ Messages = {ShortText.Describe(Messages)}, Tools = {ShortText.Describe(Tools)} }}";
}
