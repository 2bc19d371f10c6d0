using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Mlflow.Deployments.Tests.Support;

/// <summary>An endpoint that gives prepared answers, one for each request, and keeps what it was asked. An answer that begins with <c>data:</c> is a stream.</summary>
internal sealed class ScriptedEndpoint : IDisposable
{
    private readonly StubHandler _handler;

    public ScriptedEndpoint(params string[] answers)
    {
        var script = new Queue<string>(answers);
        _handler = new(_ => Answer(script.Dequeue()));
        Client = Clients.Answering(_handler);
    }

    public DeployClient Client { get; }

    public IChatClient Chat => Client.AsIChatClient("chat");

    public IReadOnlyList<string> Bodies => _handler.Bodies;

    public string Body => _handler.Bodies.Single();

    /// <summary>Gets the messages of a request as JSON.</summary>
    public JsonArray MessagesOf(int request) => JsonNode.Parse(Bodies[request])!["messages"]!.AsArray();

    public void Dispose() => Client.Dispose();

    private static HttpResponseMessage Answer(string answer) => new(HttpStatusCode.OK)
    {
        Content = new StringContent(answer, Encoding.UTF8, answer.StartsWith("data:", StringComparison.Ordinal) ? "text/event-stream" : "application/json"),
    };
}
