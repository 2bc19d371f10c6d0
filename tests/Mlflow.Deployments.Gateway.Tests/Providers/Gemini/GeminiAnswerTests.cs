using System.Text.Json.Nodes;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.Gemini;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GeminiAnswerTests
{
    private const string Ask = """{"messages":[{"role":"user","content":"x"}]}""";

    [TestCase("""{"text":"a"},{"text":"b"}""", """{"role":"assistant","content":"ab","tool_calls":null,"refusal":null}""")]
    [TestCase("""{"text":"hm","thought":true},{"text":"a"}""",
        """{"role":"assistant","content":"a","tool_calls":null,"refusal":null,"reasoning_content":"hm"}""")]
    [TestCase("""{"text":"a"},{"functionCall":{"id":"c","name":"f","args":{"x":1}},"thoughtSignature":"sig"}""",
        """
        {"role":"assistant","content":"a","refusal":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"x\": 1}"},
        "extra_content":{"google":{"thought_signature":"sig"}}}]}
        """)]
    public async Task Every_part_is_kept(string parts, string expected)
    {
        using var stage = new ProviderStage("gemini", "gemini_api_key: k", Operation.Chat,
            ProviderStage.Json($$$"""{"candidates":[{"content":{"parts":[{{{parts}}}]},"finishReason":"STOP"}]}"""));

        JsonNode answer = await stage.AskAsync(Ask);

        Assert.That(answer["choices"]![0]!["message"], new SameJson(expected));
    }

    [TestCase("""{"finishReason":"SAFETY"}""")]
    [TestCase("""{"content":{"parts":[{"text":""}]}}""")]
    [TestCase("""{"content":{}}""")]
    public async Task Candidate_that_says_nothing_is_no_choice(string candidate)
    {
        using var stage = new ProviderStage("gemini", "gemini_api_key: k", Operation.Chat, ProviderStage.Json($$"""{"candidates":[{{candidate}}]}"""));

        JsonNode answer = await stage.AskAsync(Ask);

        Assert.That(answer["choices"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task Calls_in_a_stream_have_numbers_of_their_own()
    {
        List<JsonNode> chunks = await StreamAsync(
            """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}},{"functionCall":{"name":"g"}}]}}]}""",
            """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"h"}}]},"finishReason":"STOP"}]}""");

        var numbers = chunks.SelectMany(x => x["choices"]![0]!["delta"]!["tool_calls"]!.AsArray()).Select(x => (int)x!["index"]!);
        Assert.That(numbers, Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [Test]
    public async Task Blocked_question_ends_its_stream_in_order()
    {
        List<JsonNode> chunks = await StreamAsync("""{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3}}""");

        Assert.That(chunks.Single()["choices"]!.AsArray(), Is.Empty);
    }

    [TestCase("""{"candidates":[{"content":{"parts":[{"text":"b"}]}}]}""", FailureKind.UpstreamBrokenOff)]
    [TestCase("""{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}""", FailureKind.UpstreamReportedError)]
    [TestCase("""{"candidates":{}}""", FailureKind.UpstreamUnreadable)]
    public async Task Stream_that_ends_badly_fails(string last, object kind)
    {
        var failure = await Assert.ThrowsAsync<ProviderException>(() => StreamAsync("""{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}""", last));

        Assert.That(failure!.Kind, Is.EqualTo(kind));
    }

    private static async Task<List<JsonNode>> StreamAsync(params string[] events)
    {
        using var stage = new ProviderStage("gemini", "gemini_api_key: k", Operation.Chat, ProviderStage.Events(events));
        return await stage.StreamAsync(Ask);
    }
}
