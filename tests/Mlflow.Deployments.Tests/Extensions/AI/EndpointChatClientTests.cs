using System.Net;
using Microsoft.Extensions.AI;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Extensions.AI;

/// <summary>What holds for the chat client around its calls.</summary>
[CancelAfter(30_000)]
public class EndpointChatClientTests
{
    [Test]
    public void GetService_tells_who_it_is_and_gives_what_it_wraps()
    {
        using var client = Clients.Answering(new StubHandler(_ => Clients.Json("{}")), new() { Target = "http://user:pw@gateway.test:5001/prefix" });
        var chat = client.AsIChatClient("chat");

        var metadata = chat.GetService<ChatClientMetadata>()!;
        Assert.Multiple(() =>
        {
            Assert.That((metadata.ProviderName, metadata.ProviderUri!.AbsoluteUri, metadata.DefaultModelId), Is.EqualTo(("mlflow", "http://gateway.test:5001/prefix/", "chat")));
            Assert.That(chat.GetService<IDeployClient>(), Is.SameAs(client));
            Assert.That(chat.GetService<DeployClient>(), Is.SameAs(client));
            Assert.That(chat.GetService<IChatClient>(), Is.SameAs(chat));
            Assert.That(chat.GetService<IDeployClient>("key"), Is.Null);
            Assert.That(chat.GetService<HttpClient>(), Is.Null);
            Assert.That(() => chat.GetService(null!), Throws.ArgumentNullException);
        });
    }

    [Test]
    public void Other_clients_have_no_address() =>
        Assert.That(new LengthEmbedder().AsIChatClient("chat").GetService<ChatClientMetadata>()!.ProviderUri, Is.Null);

    [Test]
    public void Arguments_are_checked_at_the_call()
    {
        using var client = Clients.AnsweringJson("{}");

        Assert.Multiple(() =>
        {
            Assert.That(() => ((IDeployClient)null!).AsIChatClient("chat"), Throws.ArgumentNullException);
            Assert.That(() => client.AsIChatClient(" "), Throws.ArgumentException.With.Property("ParamName").EqualTo("endpoint"));
            Assert.That(() => ((IDeployClient)null!).AsIEmbeddingGenerator("e"), Throws.ArgumentNullException);
            Assert.That(() => client.AsIEmbeddingGenerator(".."), Throws.ArgumentException.With.Property("ParamName").EqualTo("endpoint"));
        });
    }

    [Test]
    public async Task Dispose_leaves_the_client_alone(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Text("a"));
        endpoint.Chat.Dispose();

        Assert.That((await endpoint.Chat.GetResponseAsync("x", cancellationToken: token)).Text, Is.EqualTo("a"));
    }

    [Test]
    public async Task Failures_are_ours(CancellationToken token)
    {
        using var client = Clients.Answering(new StubHandler(_ => Clients.Json("""{"detail":"slow down"}""", HttpStatusCode.TooManyRequests)), new() { MaxRetries = 0 });
        var chat = client.AsIChatClient("chat");

        var failure = await Assert.ThrowsAsync<DeployRateLimitException>(() => chat.GetResponseAsync("x", cancellationToken: token));
        await Assert.ThrowsAsync<DeployRateLimitException>(() => chat.GetStreamingResponseAsync("x", cancellationToken: token).ToListAsync(token).AsTask());

        Assert.That(failure!.Endpoint, Is.EqualTo("chat"));
    }

    [Test]
    public async Task Cancelling_stops_an_answer_and_a_stream()
    {
        using var source = new CancellationTokenSource();
        using var client = Clients.Answering(new StubHandler(async (_, token) =>
        {
            await source.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return Clients.Json("{}");
        }));
        var chat = client.AsIChatClient("chat");

        await Assert.CatchAsync<OperationCanceledException>(() => chat.GetResponseAsync("x", cancellationToken: source.Token));
        await Assert.CatchAsync<OperationCanceledException>(() => chat.GetStreamingResponseAsync("x", cancellationToken: source.Token).ToListAsync().AsTask());
    }

    [Test]
    public async Task Leaving_a_stream_early_closes_it(CancellationToken token)
    {
        var body = new ObservedStream(ChatJson.Stream("stop", """{"content":"a"}""", """{"content":"b"}"""));
        using var client = Clients.Streaming(body);

        await foreach (var update in client.AsIChatClient("chat").GetStreamingResponseAsync("x", cancellationToken: token))
        {
            Assert.That(update.Text, Is.EqualTo("a"));
            break;
        }

        Assert.That(body.IsDisposed, Is.True);
    }

    private sealed class ObservedStream(string text) : MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))
    {
        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
