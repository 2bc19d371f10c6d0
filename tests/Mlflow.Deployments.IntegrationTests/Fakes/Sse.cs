using Mlflow.Deployments.Testing;

namespace Mlflow.Deployments.IntegrationTests.Fakes;

/// <summary>Events of chat streams.</summary>
internal static class Sse
{
    public const string Done = "data: [DONE]\n\n";

    public static string Text(string text, int choice = 0) => Event($$"""{"id":"c1","choices":[{"index":{{choice}},"delta":{"content":"{{text}}"},"finish_reason":null}]}""");

    public static string Stop(int choice = 0) => Event($$"""{"id":"c1","choices":[{"index":{{choice}},"delta":{},"finish_reason":"stop"}]}""");

    /// <summary>Makes an answer of events, word for word.</summary>
    public static HttpAnswer Stream(string events) => new(events) { ContentType = "text/event-stream" };

    public static string Event(string data) => $"data: {data}\n\n";
}
