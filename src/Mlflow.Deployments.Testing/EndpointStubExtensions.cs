using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;

namespace Mlflow.Deployments.Testing;

/// <summary>Short words for what stubs say most often.</summary>
public static class EndpointStubExtensions
{
    /// <summary>Lets the stub answer only when the last message of the user contains a text; upper and lower case are the same.</summary>
    /// <param name="stub">The stub.</param>
    /// <param name="part">The text.</param>
    /// <returns>The stub.</returns>
    public static EndpointStub<ChatRequest, ChatAnswer> WhenUserSays(this EndpointStub<ChatRequest, ChatAnswer> stub, string part)
    {
        ArgumentNullException.ThrowIfNull(stub);
        ArgumentNullException.ThrowIfNull(part);
        return stub.When(request =>
            request.Messages.LastOrDefault(message => message.Role == ChatRole.User)?.Content?.Contains(part, StringComparison.OrdinalIgnoreCase) == true);
    }

    /// <summary>Adds an answer of text.</summary>
    /// <param name="stub">The stub.</param>
    /// <param name="text">What the model says; a stream gives it word by word.</param>
    /// <returns>The stub.</returns>
    public static EndpointStub<ChatRequest, ChatAnswer> Returns(this EndpointStub<ChatRequest, ChatAnswer> stub, string text)
    {
        ArgumentNullException.ThrowIfNull(stub);
        return stub.Returns(new ChatAnswer(text));
    }

    /// <summary>Adds an answer whose text a stream gives in these pieces.</summary>
    /// <param name="stub">The stub.</param>
    /// <param name="pieces">The pieces, in order.</param>
    /// <returns>The stub.</returns>
    public static EndpointStub<ChatRequest, ChatAnswer> Streams(this EndpointStub<ChatRequest, ChatAnswer> stub, params IReadOnlyList<string> pieces)
    {
        ArgumentNullException.ThrowIfNull(stub);
        ArgumentNullException.ThrowIfNull(pieces);
        return stub.Returns(new ChatAnswer { Pieces = [.. pieces] });
    }

    /// <summary>Adds an answer that asks for a call of a tool.</summary>
    /// <param name="stub">The stub.</param>
    /// <param name="name">The name of the function.</param>
    /// <param name="arguments">Its arguments; null for none.</param>
    /// <param name="id">The id of the call.</param>
    /// <returns>The stub.</returns>
    public static EndpointStub<ChatRequest, ChatAnswer> CallsTool(this EndpointStub<ChatRequest, ChatAnswer> stub, string name, JsonObject? arguments = null, string id = "call_1")
    {
        ArgumentNullException.ThrowIfNull(stub);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(id);
        var call = new ToolCall { Id = id, Type = "function", Function = new() { Name = name, Arguments = arguments is null ? "{}" : System.Text.Encoding.UTF8.GetString(Wire.JsonText.Write(arguments)) } };
        return stub.Returns(new ChatAnswer { ToolCalls = [call] });
    }

    /// <summary>Adds an answer in which the model refuses.</summary>
    /// <param name="stub">The stub.</param>
    /// <param name="words">How it says so.</param>
    /// <returns>The stub.</returns>
    public static EndpointStub<ChatRequest, ChatAnswer> Refuses(this EndpointStub<ChatRequest, ChatAnswer> stub, string words)
    {
        ArgumentNullException.ThrowIfNull(stub);
        ArgumentNullException.ThrowIfNull(words);
        return stub.Returns(new ChatAnswer { Refusal = words });
    }

    /// <summary>Adds an answer of text.</summary>
    /// <param name="stub">The stub.</param>
    /// <param name="text">How the model goes on; a stream gives it word by word.</param>
    /// <returns>The stub.</returns>
    public static EndpointStub<CompletionRequest, CompletionAnswer> Returns(this EndpointStub<CompletionRequest, CompletionAnswer> stub, string text)
    {
        ArgumentNullException.ThrowIfNull(stub);
        return stub.Returns(new CompletionAnswer(text));
    }
}
