using Microsoft.Extensions.AI;
using Mlflow.Deployments;

/// <summary>An endpoint as an <see cref="IChatClient"/>: a streamed answer that asks for a call, the call, and the answer to its result.</summary>
internal static class FunctionCall
{
    public static async Task<string> RunAsync(IDeployClient client)
    {
        using var chat = client.AsIChatClient("chat");
        var weather = AIFunctionFactory.Create((string city) => $"21 degrees in {city}", "get_weather", "Tells the weather in a city.");
        var options = new ChatOptions { Tools = [weather] };
        List<ChatMessage> messages = [new(ChatRole.User, "What is the weather in Paris?")];

        var answer = await chat.GetStreamingResponseAsync(messages, options).ToChatResponseAsync();
        messages.AddMessages(answer);
        foreach (var call in answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList())
        {
            var result = await weather.InvokeAsync(new(call.Arguments));
            messages.Add(new(ChatRole.Tool, [new FunctionResultContent(call.CallId, result)]));
        }

        return (await chat.GetStreamingResponseAsync(messages, options).ToChatResponseAsync()).Text;
    }
}
