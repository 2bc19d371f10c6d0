using System.ClientModel;
using System.Text;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Mlflow.Deployments.Gateway.Tests.Http;

/// <summary>An unmodified client of another maker asks the gateway.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OpenAIClientTests
{
    [Test]
    [CancelAfter(10_000)]
    public async Task Chat_is_answered(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        ClientResult<ChatCompletion> answer =
            await Client(gateway).GetChatClient("chat").CompleteChatAsync([new UserChatMessage("Hello")], cancellationToken: cancellationToken);

        Assert.That(answer.Value.Content[0].Text, Is.EqualTo("Hi"));
        Assert.That(answer.Value.Usage.TotalTokenCount, Is.EqualTo(2));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Chat_is_streamed(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartStreamAsync(Encoding.UTF8.GetBytes("""
            data: {"id":"i","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}

            data: {"id":"i","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]}

            data: [DONE]


            """.ReplaceLineEndings("\n")));
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);
        var text = new StringBuilder();

        await foreach (StreamingChatCompletionUpdate update in Client(gateway).GetChatClient("chat")
            .CompleteChatStreamingAsync([new UserChatMessage("Hello")], cancellationToken: cancellationToken))
        {
            foreach (ChatMessageContentPart part in update.ContentUpdate)
            {
                text.Append(part.Text);
            }
        }

        Assert.That(text.ToString(), Is.EqualTo("Hello"));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Embeddings_are_answered(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(
            """{"object":"list","data":[{"index":0,"embedding":"zczMPc3MTD4="}],"model":"m","usage":{"prompt_tokens":1,"total_tokens":1}}""");
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        ClientResult<OpenAIEmbedding> answer =
            await Client(gateway).GetEmbeddingClient("embeddings").GenerateEmbeddingAsync("Hello", cancellationToken: cancellationToken);

        Assert.That(answer.Value.ToFloats().ToArray(), Is.EqualTo(new[] { 0.1f, 0.2f }));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Models_are_listed(CancellationToken cancellationToken)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Yaml("http://127.0.0.1:1"));

        var models = await Client(gateway).GetOpenAIModelClient().GetModelsAsync(cancellationToken);

        Assert.That(models.Value.Select(x => x.Id), Is.EqualTo(new[] { "chat", "completions", "embeddings" }));
    }

    private static OpenAIClient Client(TestGateway gateway) =>
        new(new ApiKeyCredential("unused"), new OpenAIClientOptions { Endpoint = new Uri(gateway.Address, "/v1") });
}
