using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OpenAIRequestTests
{
    [TestCase("""{"prompt":"x"}""", """{"model":"m","prompt":"x","n":1}""")]
    [TestCase("""{"prompt":"x","stream":true}""", """{"model":"m","prompt":"x","stream":true,"n":1,"stream_options":{"include_usage":true}}""")]
    [TestCase("""{"prompt":"x","stream_options":{},"stream":true}""",
        """{"model":"m","prompt":"x","stream_options":{"include_usage":true},"stream":true,"n":1}""")]
    [TestCase("""{"prompt":"x","stream_options":{"a":{"b":[1]}},"stream":true}""",
        """{"model":"m","prompt":"x","stream_options":{"a":{"b":[1]},"include_usage":true},"stream":true,"n":1}""")]
    [TestCase("""{"prompt":"x","stream_options":{"include_usage":false},"stream":true}""",
        """{"model":"m","prompt":"x","stream_options":{"include_usage":false},"stream":true,"n":1}""")]
    [TestCase("""{"prompt":"x","stream_options":{"include_usage":null},"stream":true}""",
        """{"model":"m","prompt":"x","stream_options":{"include_usage":true},"stream":true,"n":1}""")]
    [TestCase("""{"prompt":"x","stream_options":{"a":1}}""", """{"model":"m","prompt":"x","stream_options":{"a":1},"n":1}""")]
    public async Task Request_goes_upstream_with_model_and_usage(string body, string expected)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync("""{"choices":[]}""");
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/completions/invocations", body);

        Assert.That(upstream.Bodies, Is.EqualTo(new[] { expected }));
    }

    [Test]
    public async Task Large_request_and_answer_pass_whole()
    {
        string text = new('x', 3_000_000);
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer.Replace("Hi", text, StringComparison.Ordinal));
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", $$"""{"messages":[{"role":"user","content":"{{text}}"}]}""");

        Assert.That(upstream.Bodies.Single(), Does.Contain(text));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(text));
    }
}
