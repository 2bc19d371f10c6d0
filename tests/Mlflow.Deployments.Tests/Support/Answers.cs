namespace Mlflow.Deployments.Tests.Support;

/// <summary>Answers in their shortest form.</summary>
internal static class Answers
{
    public const string Chat = """{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}""";

    public const string Text = """
        data: {"choices":[{"index":0,"delta":{"content":"hi"}}]}


        """;

    public const string Stop = """
        data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}


        """;

    public static HttpResponseMessage Stream() => new(System.Net.HttpStatusCode.OK) { Content = new StringContent(Text + Stop, System.Text.Encoding.UTF8, "text/event-stream") };
}
