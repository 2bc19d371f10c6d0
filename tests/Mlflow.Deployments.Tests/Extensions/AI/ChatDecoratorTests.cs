using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Extensions.AI;

/// <summary>Microsoft's own decorators over the chat client.</summary>
[CancelAfter(30_000)]
public class ChatDecoratorTests
{
    [Test]
    public async Task Distributed_cache_answers_the_second_time(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Answer($$"""{"role":"assistant","content":"a","note":1,"tool_calls":[{{ChatJson.Call("a", "f", "{}")}}]}""", "tool_calls", ""","fingerprint":"fp" """));
        var chat = endpoint.Chat.AsBuilder().UseDistributedCache(Cache()).Build();

        var first = await chat.GetResponseAsync("x", new() { Temperature = 0.5f }, token);
        var second = await chat.GetResponseAsync("x", new() { Temperature = 0.5f }, token);

        Assert.That(endpoint.Bodies, Has.Count.EqualTo(1));
        Assert.That(Written(second), Is.EqualTo(Written(first)));
    }

    [Test]
    public async Task Distributed_cache_answers_the_second_time_with_a_stream(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Stream("stop", """{"role":"assistant","reasoning_content":"hm"}""", """{"content":"Hel"}""", """{"content":"lo"}"""));
        var chat = endpoint.Chat.AsBuilder().UseDistributedCache(Cache()).Build();

        var first = await chat.GetStreamingResponseAsync("x", cancellationToken: token).ToChatResponseAsync(token);
        var second = await chat.GetStreamingResponseAsync("x", cancellationToken: token).ToChatResponseAsync(token);

        Assert.That(endpoint.Bodies, Has.Count.EqualTo(1));
        Assert.That(Written(second), Is.EqualTo(Written(first)));
        Assert.That((second.Text, second.Usage!.TotalTokenCount), Is.EqualTo(("Hello", 5)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task OpenTelemetry_sees_provider_model_server_and_usage(bool isStreamed)
    {
        using var endpoint = new ScriptedEndpoint(isStreamed ? ChatJson.Stream("stop", """{"role":"assistant","content":"a"}""") : ChatJson.Text("a"));
        var source = $"test-{Guid.NewGuid()}";
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var chat = endpoint.Chat.AsBuilder().UseOpenTelemetry(sourceName: source).Build();

        await AskAsync(chat, isStreamed);

        var tags = spans.Single().TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value?.ToString());
        Assert.Multiple(() =>
        {
            Assert.That(tags["gen_ai.provider.name"], Is.EqualTo("mlflow"));
            Assert.That(tags["gen_ai.request.model"], Is.EqualTo("chat"));
            Assert.That(tags["gen_ai.response.model"], Is.EqualTo("m-1"));
            Assert.That(tags["gen_ai.response.id"], Is.EqualTo(isStreamed ? "s1" : "c1"));
            Assert.That((tags["gen_ai.usage.input_tokens"], tags["gen_ai.usage.output_tokens"]), Is.EqualTo(("3", "2")));
            Assert.That(tags["server.address"], Is.EqualTo("gateway.test"));
        });
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Logging_writes_the_call_and_its_end(bool isStreamed)
    {
        using var endpoint = new ScriptedEndpoint(isStreamed ? ChatJson.Stream("stop", """{"role":"assistant","content":"a"}""") : ChatJson.Text("a"));
        using var logs = new CollectedLogs();
        var chat = endpoint.Chat.AsBuilder().UseLogging(logs).Build();

        await AskAsync(chat, isStreamed);

        Assert.That(logs.Lines, Has.Some.Contains("invoked").And.Some.Contains("completed"));
    }

    [Test]
    public async Task Configured_options_and_reduced_histories_arrive(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Text("a"));
        var chat = endpoint.Chat.AsBuilder().ConfigureOptions(options => options.MaxOutputTokens = 9).Use(
            (messages, options, next, cancellationToken) => next(messages.TakeLast(1), options, cancellationToken)).Build();

        await chat.GetResponseAsync([new(ChatRole.User, "old"), new(ChatRole.Assistant, "old"), new(ChatRole.User, "new")], cancellationToken: token);

        ChatJson.AssertSame(endpoint.Body, """{"messages":[{"role":"user","content":"new"}],"max_tokens":9}""");
    }

    private static async Task AskAsync(IChatClient chat, bool isStreamed)
    {
        var response = isStreamed ? await chat.GetStreamingResponseAsync("x").ToChatResponseAsync() : await chat.GetResponseAsync("x");
        Assert.That(response.Text, Is.EqualTo("a"));
    }

    private static MemoryDistributedCache Cache() => new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));

    private static string Written(ChatResponse response) =>
        System.Text.Json.JsonSerializer.Serialize(response, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatResponse)));
}
