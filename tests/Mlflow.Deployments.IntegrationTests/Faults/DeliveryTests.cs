using System.Globalization;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Faults;

[CancelAfter(10_000)]
public class DeliveryTests
{
    [Test]
    public async Task Chunks_are_handed_out_as_they_are_sent(CancellationToken token)
    {
        var seen = new SemaphoreSlim(0);
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            for (var i = 0; i < 50; i++)
            {
                await context.SendAsync(Sse.Text(i.ToString(CultureInfo.InvariantCulture)));
                await seen.WaitAsync(context.RequestAborted); // the next piece only when this one was handed out
            }

            await context.SendAsync(Sse.Stop());
        });
        using var client = server.Client();
        var texts = new List<string>();

        await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ForEachAsync(chunk =>
        {
            texts.Add(chunk.Text);
            seen.Release();
        });

        Assert.That(texts[..^1], Is.EqualTo(Enumerable.Range(0, 50).Select(i => i.ToString(CultureInfo.InvariantCulture))));
    }

    [Test]
    public async Task The_end_after_DONE_does_not_wait_for_the_end_of_the_body(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Text("a") + Sse.Done);
            await context.UntilAbortedAsync();
        });
        using var client = server.Client();

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That(answer.Text, Is.EqualTo("a"));
    }

    [Test]
    public async Task Five_hundred_calls_at_once_with_one_request_get_their_own_answers(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context => context.AnswerAsync(AnswerOf(context.Request.Path.Value!)));
        using var client = server.Client();
        var request = new ChatRequest("shared") { Extra = new Dictionary<string, System.Text.Json.JsonElement>() };
        var names = Enumerable.Range(0, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $"e{i}")).ToArray();

        var answers = await Task.WhenAll(names.Select(name => client.PredictAsync(name, request, token)));

        Assert.That(answers.Select(answer => answer.Text), Is.EqualTo(names));
    }

    [Test]
    public async Task Five_hundred_streams_at_once_with_one_request_get_their_own_answers(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            foreach (var letter in NameIn(context.Request.Path.Value!))
            {
                await context.SendAsync(Sse.Text(letter.ToString()));
            }

            await context.SendAsync(Sse.Stop());
        });
        using var client = server.Client();
        var request = new ChatRequest("shared");
        var names = Enumerable.Range(0, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $"e{i}")).ToArray();

        var answers = await Task.WhenAll(names.Select(name => client.PredictStreamAsync(name, request, token).ToChatResponseAsync(token)));

        Assert.That(answers.Select(answer => answer.Text), Is.EqualTo(names));
    }

    private static string NameIn(string path) => path.Split('/')[2];

    private static string AnswerOf(string path) => $$"""{"choices":[{"index":0,"message":{"role":"assistant","content":"{{NameIn(path)}}"},"finish_reason":"stop"}]}""";
}
