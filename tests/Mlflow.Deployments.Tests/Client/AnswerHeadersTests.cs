using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Client;

/// <summary>What the headers of a good answer say reaches the caller.</summary>
[CancelAfter(10_000)]
public class AnswerHeadersTests
{
    [Test]
    public async Task RequestId_and_RateLimit_are_on_every_answer(CancellationToken token)
    {
        using var client = Answering(("x-request-id", "7f3a"), ("x-ratelimit-remaining-requests", "59"), ("x-ratelimit-reset-tokens", "6m0s"));

        var chat = await client.PredictAsync("e", new ChatRequest("x"), token);
        var completion = await client.PredictAsync("e", new CompletionRequest("x"), token);
        var embeddings = await client.PredictAsync("e", new EmbeddingRequest("x"), token);

        var limits = new RateLimitInfo { RequestsRemaining = 59, TokensReset = TimeSpan.FromMinutes(6) };
        Assert.Multiple(() =>
        {
            Assert.That(new[] { chat.RequestId, completion.RequestId, embeddings.RequestId }, Has.All.EqualTo("7f3a"));
            Assert.That(new[] { chat.RateLimit, completion.RateLimit, embeddings.RateLimit }, Has.All.EqualTo(limits));
        });
    }

    [Test]
    public async Task Without_such_headers_both_are_null(CancellationToken token)
    {
        using var client = Answering(("x-other", "1"));

        var chat = await client.PredictAsync("e", new ChatRequest("x"), token);

        Assert.That((chat.RequestId, chat.RateLimit), Is.EqualTo(((string?)null, (RateLimitInfo?)null)));
    }

    [Test]
    public async Task They_are_no_fields_of_the_wire(CancellationToken token)
    {
        using var client = Clients.AnsweringJson("""{"choices":[],"data":[],"request_id":"of the body","rate_limit":3}""");

        var chat = await client.PredictAsync("e", new ChatRequest("x"), token);
        var untyped = await client.PredictAsync("e", new JsonObject(), token);

        Assert.Multiple(() =>
        {
            Assert.That(chat.RequestId, Is.Null);
            Assert.That(chat.Extra!["request_id"].GetString(), Is.EqualTo("of the body"));
            Assert.That(untyped["rate_limit"]!.GetValue<int>(), Is.EqualTo(3));
        });
    }

    [TestCase("request_id")]
    [TestCase("rate_limit")]
    [TestCase("text")]
    public async Task Fields_of_the_body_that_share_a_name_with_a_property_of_ours_stay_in_Extra(string name, CancellationToken token)
    {
        using var client = Clients.AnsweringJson($$"""{"choices":[],"data":[],"{{name}}":"of the body"}""");
        var events = $$"""data: {"choices":[{"index":0,"text":"a","finish_reason":"stop"}],"{{name}}":"of the body"}""" + "\n\n";
        using var chats = Clients.Streaming(events);
        using var completions = Clients.Streaming(events);

        var extras = new[]
        {
            (await client.PredictAsync("e", new ChatRequest("x"), token)).Extra,
            (await client.PredictAsync("e", new CompletionRequest("x"), token)).Extra,
            (await chats.PredictStreamAsync("e", new ChatRequest("x"), token).FirstAsync(token)).Extra,
            (await completions.PredictStreamAsync("e", new CompletionRequest("x"), token).FirstAsync(token)).Extra,
        };

        Assert.That(extras.Select(extra => extra is null || !extra.TryGetValue(name, out var value) ? null : value.ToString()), Has.All.EqualTo("of the body"));
    }

    private static DeployClient Answering(params (string Name, string Value)[] headers) => Clients.Answering(new StubHandler(_ =>
    {
        var response = Clients.Json("""{"choices":[],"data":[]}""");
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }));
}
