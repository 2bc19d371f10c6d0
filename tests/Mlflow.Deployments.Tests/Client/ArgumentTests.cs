using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Client;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class ArgumentTests
{
    private readonly DeployClient _client = Clients.AnsweringJson("{}");

    [TearDown]
    public void Dispose() => _client.Dispose();

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" ")]
    [TestCase("..")]
    public void Every_call_refuses_a_bad_name_at_the_call(string? name)
    {
        Func<object>[] calls =
        [
            () => _client.PredictAsync(name!, new ChatRequest("x")),
            () => _client.PredictAsync(name!, new CompletionRequest("x")),
            () => _client.PredictAsync(name!, new EmbeddingRequest("x")),
            () => _client.PredictAsync(name!, new JsonObject()),
            () => _client.PredictStreamAsync(name!, new ChatRequest("x")),
            () => _client.PredictStreamAsync(name!, new CompletionRequest("x")),
            () => _client.PredictStreamAsync(name!, new JsonObject()),
            () => _client.EmbedAsync(name!, ["x"]),
        ];

        Assert.Multiple(() =>
        {
            foreach (var call in calls)
            {
                Assert.That(() => { _ = call(); }, Throws.InstanceOf<ArgumentException>().With.Property("ParamName").EqualTo("endpoint"));
            }

            Assert.That(() => { _ = _client.GetEndpointAsync(name!); }, Throws.InstanceOf<ArgumentException>().With.Property("ParamName").EqualTo("name"));
        });
    }

    [Test]
    public void Parts_of_a_request_that_are_missing_are_named() => Assert.Multiple(() =>
    {
        Assert.That(() => { _ = _client.PredictAsync("e", new CompletionRequest { Prompt = null! }); }, Throws.ArgumentException.With.Message.Contains("no prompt"));
        Assert.That(() => { _ = _client.PredictAsync("e", new EmbeddingRequest { Input = null! }); }, Throws.ArgumentException.With.Message.Contains("no input"));
        Assert.That(() => ChatMessage.User(Array.Empty<ContentPart>()), Throws.ArgumentException.With.Message.Contains("at least one part"));
        Assert.That(() => new EmbeddingInput(["a", null!]), Throws.ArgumentException.With.Message.Contains("Text 1 is null"));
        Assert.That(() => new EmbeddingInput([[1], null!]), Throws.ArgumentException.With.Message.Contains("Token list 1 is null"));
    });

    [Test]
    public void Every_call_refuses_a_null_request_at_the_call()
    {
        Func<object>[] calls =
        [
            () => _client.PredictAsync("e", (ChatRequest)null!),
            () => _client.PredictAsync("e", (CompletionRequest)null!),
            () => _client.PredictAsync("e", (EmbeddingRequest)null!),
            () => _client.PredictAsync("e", (JsonObject)null!),
            () => _client.PredictStreamAsync("e", (ChatRequest)null!),
            () => _client.PredictStreamAsync("e", (CompletionRequest)null!),
            () => _client.PredictStreamAsync("e", (JsonObject)null!),
            () => _client.EmbedAsync("e", null!),
        ];

        Assert.Multiple(() =>
        {
            foreach (var call in calls)
            {
                Assert.That(() => { _ = call(); }, Throws.ArgumentNullException);
            }
        });
    }

    [Test]
    public void Chat_without_messages_is_refused_at_the_call() => Assert.Multiple(() =>
    {
        foreach (var request in new[] { new ChatRequest { Messages = [] }, new ChatRequest { Messages = null! }, new ChatRequest { Messages = [null!] } })
        {
            Assert.That(() => { _ = _client.PredictAsync("e", request); }, Throws.ArgumentException.With.Property("ParamName").EqualTo("request"));
            Assert.That(() => { _ = _client.PredictStreamAsync("e", request); }, Throws.ArgumentException.With.Property("ParamName").EqualTo("request"));
        }
    });

    [Test]
    public void Stream_in_a_call_that_does_not_stream_is_refused_with_the_way_out()
    {
        var inputs = new JsonObject { ["stream"] = true };
        var request = new ChatRequest("x") { Extra = new Dictionary<string, JsonElement> { ["stream"] = JsonSerializer.SerializeToElement(true, DeployJson.Default.Boolean) } };

        Assert.Multiple(() =>
        {
            Assert.That(() => { _ = _client.PredictAsync("e", inputs); }, Throws.ArgumentException.With.Message.Contains("PredictStreamAsync"));
            Assert.That(() => { _ = _client.PredictAsync("e", request); }, Throws.ArgumentException.With.Message.Contains("PredictStreamAsync"));
        });
    }

    [Test]
    public void Number_that_JSON_does_not_have_is_refused_at_the_call() =>
        Assert.That(() => { _ = _client.PredictAsync("e", new ChatRequest("x") { Temperature = double.NaN }); }, Throws.ArgumentException.With.Property("ParamName").EqualTo("request"));

    [Test]
    public async Task Untyped_stream_adds_stream_to_what_is_sent_and_not_to_the_object()
    {
        var handler = new StubHandler(_ => Clients.Json("{}"));
        using var client = Clients.Answering(handler);
        var inputs = new JsonObject { ["stream"] = false, ["prompt"] = "x" };

        try
        {
            await foreach (var _ in client.PredictStreamAsync("e", inputs))
            {
            }
        }
        catch (DeployStreamException)
        {
            // The stub answers with no stream; what was sent is what this test is about.
        }

        Assert.Multiple(() =>
        {
            Assert.That(handler.Bodies, Is.EqualTo(new[] { """{"prompt":"x","stream":true}""" }));
            Assert.That(inputs.ToJsonString(), Is.EqualTo("""{"stream":false,"prompt":"x"}"""));
        });
    }

    [Test]
    public async Task Text_beyond_ASCII_goes_as_UTF8()
    {
        var handler = new StubHandler(_ => Clients.Json("""{"choices":[]}"""));
        using var client = Clients.Answering(handler);

        await client.PredictAsync("e", new ChatRequest("Grüße 世界 👩‍🚀 <b>&'"));

        Assert.That(handler.Bodies[0], Does.Contain("Grüße 世界").And.Contain("<b>&'"));
    }

    [TestCase(".")]
    [TestCase("..")]
    public void Name_that_would_leave_the_route_is_told(string name) =>
        Assert.That(() => { _ = _client.PredictAsync(name, new ChatRequest("x")); }, Throws.ArgumentException.With.Message.StartsWith($"'{name}' is no name of an endpoint."));

    [Test]
    public void Messages_that_are_missing_are_told() => Assert.Multiple(() =>
    {
        Assert.That(() => { _ = _client.PredictAsync("e", new ChatRequest { Messages = [] }); }, Throws.ArgumentException.With.Message.StartsWith("The request has no messages; it needs at least one."));
        Assert.That(() => { _ = _client.PredictAsync("e", new ChatRequest { Messages = null! }); }, Throws.ArgumentException.With.Message.StartsWith("The request has no messages; it needs at least one."));
        Assert.That(() => { _ = _client.PredictAsync("e", new ChatRequest { Messages = [ChatMessage.User("x"), null!] }); }, Throws.ArgumentException.With.Message.StartsWith("Message 1 of the request is null."));
    });

    [Test]
    public void Extra_that_says_again_what_a_property_or_the_method_says_is_refused() => Assert.Multiple(() =>
    {
        Dictionary<string, JsonElement> Field(string name) => new() { [name] = JsonElement.Parse("1") };

        Assert.That(() => { _ = _client.PredictAsync("e", new CompletionRequest("x") { Extra = Field("stream") }); }, Throws.ArgumentException.With.Message.StartsWith("Extra holds 'stream'."));
        Assert.That(() => { _ = _client.PredictAsync("e", new CompletionRequest("x") { MaxTokens = 1, Extra = Field("max_tokens") }); }, Throws.ArgumentException.With.Message.StartsWith("'max_tokens' is set by its property and again in Extra."));
        Assert.That(() => { _ = _client.PredictAsync("e", new EmbeddingRequest("x") { Extra = Field("input") }); }, Throws.ArgumentException.With.Message.StartsWith("'input' is set by its property and again in Extra."));
        Assert.That(() => { _ = _client.PredictAsync("e", new ChatRequest("x") { Extra = Field("messages") }); }, Throws.ArgumentException.With.Message.StartsWith("'messages' is set by its property and again in Extra."));
    });

    [Test]
    public void Client_of_nothing_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new DeployClient((HttpClient)null!, new DeployClientOptions()), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("httpClient"));
        Assert.That(() => new DeployClient(new HttpClient(), null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("options"));
        Assert.That(() => new DeployClient(new HttpClient(), new DeployClientOptions()), Throws.ArgumentException.With.Message.StartsWith("There is no address: set DeployClientOptions.Target, or the base address of the HttpClient"));
        Assert.That(() => new DeployClientOptions(null!), Throws.ArgumentNullException);
    });

    [Test]
    public void Every_call_that_is_cancelled_before_it_begins_asks_nothing()
    {
        var handler = new StubHandler(_ => Clients.Json("{}"));
        using var client = Clients.Answering(handler);
        var token = new CancellationToken(canceled: true);

        Assert.Multiple(() =>
        {
            Assert.That(async () => await client.PredictAsync("e", new ChatRequest("x"), token), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(async () => await client.PredictStreamAsync("e", new ChatRequest("x"), token).ToListAsync(token), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(async () => await client.GetEndpointAsync("e", token), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(async () => await client.ListEndpointsAsync(token).ToListAsync(token), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(async () => await client.GetHealthAsync(token), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(handler.Requests, Is.Empty);
        });
    }

    private static readonly TestCaseData[] Nothings =
    [
        Nothing(() => ChatMessage.System(null!), "text"),
        Nothing(() => ChatMessage.User((string)null!), "text"),
        Nothing(() => ChatMessage.User((IReadOnlyList<ContentPart>)null!), "parts"),
        Nothing(() => ChatMessage.Tool(null!, "x"), "toolCallId"),
        Nothing(() => ChatMessage.Tool("", "x"), "toolCallId"),
        Nothing(() => ChatMessage.Tool("c1", null!), "text"),
        Nothing(() => new ChatRequest((string)null!), "userMessage"),
        Nothing(() => new CompletionRequest(null!), "prompt"),
        Nothing(() => new ChatAccumulator().Add(null!), "chunk"),
        Nothing(() => ((IAsyncEnumerable<ChatChunk>)null!).TextAsync(), "chunks"),
        Nothing(() => ResponseFormat.ForJsonSchema("x", null!), "schema"),
        Nothing(() => ChatTool.FromFunction("", null), "name"),
        Nothing(() => ContentPart.FromText(null!), "text"),
        Nothing(() => ContentPart.FromImageUrl(""), "url"),
        Nothing(() => ContentPart.FromInputAudio("", "wav"), "data"),
        Nothing(() => ContentPart.FromInputAudio("x", ""), "format"),
        Nothing(() => ResponseFormat.ForJsonSchema("", new JsonObject()), "name"),
        Nothing(() => ToolChoice.ForFunction(""), "name"),
        Nothing(() => new EmbeddingInput((string)null!), "text"),
        Nothing(() => new EmbeddingInput((IReadOnlyList<string>)null!), "texts"),
        Nothing(() => ((IDeployClient)null!).EmbedAsync("e", ["x"]), "client"),
        Nothing(() => ((IDeployClient)null!).EmbedAllAsync("e", (IEnumerable<string>)["x"]), "client"),
    ];

    [TestCaseSource(nameof(Nothings))]
    public void Nothing_where_something_is_needed_is_refused_with_its_name(Action make, string name) =>
        Assert.That(make, Throws.InstanceOf<ArgumentException>().With.Property("ParamName").EqualTo(name));

    private static TestCaseData Nothing(Func<object> make, string name) => new TestCaseData((Action)(() => { _ = make(); }), name).SetArgDisplayNames(name);

    private static TestCaseData Nothing(Action make, string name) => new TestCaseData(make, name).SetArgDisplayNames(name);
}
