using System.Net;
using System.Text;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Http;

/// <summary>A short, repeatable piece of what <c>tests/gateway/fuzz.mjs</c> does for minutes.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(60_000)]
public sealed class FuzzTests
{
    private const int Rounds = 300;
    private const string Secret = "sk-secret-4711";
    private const string Body =
        """{"model":"chat","messages":[{"role":"user","content":[{"type":"text","text":"x"}]}],"n":1,"stop":["a"],"tools":[],"user":"u","stream_options":{"a":1}}""";

    private static readonly string[] Pieces = ["{", "}", "[", "]", "\"", ",", ":", "\\", "\n", "\0", "\\ud800", "1e999", "null", "\uFEFF", "data: ", "- ", "&a *a", "\"stream\":true,"];

    private readonly Random _random = new(17);

    [TestCase("/v1/chat/completions")]
    [TestCase("/gateway/openai/v1/chat/completions")]
    public async Task Broken_request_is_never_a_failure_of_the_gateway(string path, CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);
        for (int i = 0; i < Rounds; i++)
        {
            string body = Break(Body);

            using HttpResponseMessage response = await gateway.PostAsync(path, body, cancellationToken);

            Assert.That((int)response.StatusCode, Is.LessThan(500), body);
        }
    }

    [TestCase("/v1/chat/completions", "application/json", FakeUpstream.ChatAnswer)]
    [TestCase("/v1/chat/completions", "text/event-stream", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")]
    [TestCase("/gateway/openai/v1/chat/completions", "application/json", FakeUpstream.ChatAnswer)]
    public async Task Broken_answer_is_the_providers_failure_and_shows_no_key(string path, string type, string answer, CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(context =>
        {
            context.Response.ContentType = type;
            return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Break(answer)), cancellationToken).AsTask();
        });
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Yaml(upstream.Address).Replace("sk-test", Secret, StringComparison.Ordinal));
        for (int i = 0; i < Rounds; i++)
        {
            using HttpResponseMessage response = await gateway.PostAsync(path, Body.Replace("{\"model\"", "{\"stream\":true,\"model\"", StringComparison.Ordinal), cancellationToken);

            string text = await response.Content.ReadAsStringAsync(cancellationToken);
            Assert.That(response.StatusCode, Is.Not.EqualTo(HttpStatusCode.InternalServerError), text);
            Assert.That(text, Does.Not.Contain(Secret));
        }
    }

    [Test]
    public void Broken_configuration_is_taken_or_refused_and_shows_no_key()
    {
        string yaml = TestGateway.Yaml("http://127.0.0.1:1").Replace("sk-test", Secret, StringComparison.Ordinal);
        for (int i = 0; i < 10 * Rounds; i++)
        {
            string broken = Break(yaml);
            try
            {
                _ = ConfigurationReader.Read(broken, "text", new ConfigurationSources { Variable = _ => null, FileText = _ => null });
            }
            catch (GatewayConfigurationException e)
            {
                Assert.That(e.Message, Does.Not.Contain(Secret), broken);
            }
        }
    }

    private string Break(string text)
    {
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            int at = _random.Next(text.Length + 1);
            int length = _random.Next(Math.Min(20, text.Length - at) + 1);
            text = _random.Next(3) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Pieces[_random.Next(Pieces.Length)]),
                _ => text.Insert(_random.Next(text.Length + 1), text.Substring(at, length)),
            };
        }
        return text;
    }
}
