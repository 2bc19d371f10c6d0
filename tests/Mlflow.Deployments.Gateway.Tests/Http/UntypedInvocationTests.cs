using System.Net;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Http;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(10_000)]
public sealed class UntypedInvocationTests
{
    [TestCase("chat", """{"messages":[{"role":"user","content":"x"}]}""", HttpStatusCode.OK, "\"Hi\"")]
    [TestCase("chat", """{"input":["x"]}""", HttpStatusCode.BadRequest, "not an embeddings endpoint")]
    [TestCase("embeddings", """{"messages":[{"role":"user","content":"x"}]}""", HttpStatusCode.BadRequest, "not a chat endpoint")]
    [TestCase("chat", """{"prompt":"x"}""", HttpStatusCode.BadRequest, "neither a chat request")]
    [TestCase("chat", """{"messages":[],"model":"m"}""", HttpStatusCode.UnprocessableEntity, "too_short")]
    [TestCase("chat", "{", HttpStatusCode.UnprocessableEntity, "json_invalid")]
    [TestCase("chat", """{"\ud800":1,"messages":[]}""", HttpStatusCode.UnprocessableEntity, "json_invalid")]
    [TestCase("chat", """{"messages":[{"role":"user","content":"x","\ud800":1}]}""", HttpStatusCode.UnprocessableEntity, "json_invalid")]
    [TestCase("chat", """{"messages":[{"role":"user","content":"x"}],"stream":true,"stream_options":{"\ud800":1}}""", HttpStatusCode.OK, "Hi")]
    [TestCase("chat", "", HttpStatusCode.UnprocessableEntity, "missing")]
    [TestCase("nobody", """{"input":["x"]}""", HttpStatusCode.NotFound, "nobody")]
    public async Task Body_is_told_apart_by_its_fields(string endpoint, string body, HttpStatusCode status, string words, CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.PostAsync($"/gateway/{endpoint}/mlflow/invocations", body, cancellationToken);

        Assert.That(response.StatusCode, Is.EqualTo(status));
        Assert.That(await response.Content.ReadAsStringAsync(cancellationToken), Does.Contain(words));
    }
}
