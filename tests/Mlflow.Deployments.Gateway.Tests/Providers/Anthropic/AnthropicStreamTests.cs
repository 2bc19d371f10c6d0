using System.Text.Json.Nodes;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.Anthropic;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AnthropicStreamTests
{
    private const string Ask = """{"messages":[{"role":"user","content":"x"}]}""";
    private const string Start = """{"type":"message_start","message":{"id":"i","model":"m","usage":{"input_tokens":2,"output_tokens":1}}}""";
    private const string End = """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":5}}""";
    private const string Text = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}""";

    [Test]
    public async Task Parallel_tool_calls_have_numbers_of_their_own()
    {
        List<JsonNode> chunks = await StreamAsync(
            Start,
            Text,
            """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"f"}}""",
            """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t2","name":"g"}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{}"}}""",
            End);

        int?[] numbers = [.. chunks.Select(x => (int?)x["choices"]![0]!["delta"]!["tool_calls"]?[0]!["index"])];
        Assert.That(numbers, Is.EqualTo(new int?[] { null, 0, 1, 0, null, null, null }));
    }

    [Test]
    public async Task Thoughts_are_content_as_in_a_whole_answer()
    {
        List<JsonNode> chunks = await StreamAsync(
            Start,
            """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s"}}""",
            End);

        string?[] contents = [.. chunks.Select(x => (string?)x["choices"]![0]!["delta"]!["content"])];
        Assert.That(contents, Is.EqualTo(new[] { "hm", null, null }));
    }

    [Test]
    public async Task Answer_without_any_block_has_an_end()
    {
        List<JsonNode> chunks = await StreamAsync(Start, """{"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":0}}""");

        Assert.That((string?)chunks.Single()["choices"]![0]!["finish_reason"], Is.EqualTo("length"));
        Assert.That(chunks[0]["usage"], new SameJson("""{"prompt_tokens":2,"completion_tokens":0,"total_tokens":2}"""));
    }

    [TestCase("""{"type":"ping"}""", FailureKind.UpstreamBrokenOff)]
    [TestCase("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", FailureKind.UpstreamReportedError)]
    [TestCase("""{"type":"content_block_delta","index":"0"}""", FailureKind.UpstreamUnreadable)]
    [TestCase("""[1]""", FailureKind.UpstreamUnreadable)]
    public async Task Stream_that_ends_badly_fails(string last, object kind)
    {
        var failure = await Assert.ThrowsAsync<ProviderException>(() => StreamAsync(Start, Text, last));

        Assert.That(failure!.Kind, Is.EqualTo(kind));
    }

    private static async Task<List<JsonNode>> StreamAsync(params string[] events)
    {
        using var stage = new ProviderStage("anthropic", "anthropic_api_key: k", Operation.Chat, ProviderStage.Events(events));
        return await stage.StreamAsync(Ask);
    }
}
