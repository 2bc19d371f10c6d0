using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Telemetry;

namespace Mlflow.Deployments.Tests.Telemetry;

/// <summary>What requests and answers put on their span.</summary>
public class SpanTagTests
{
    [TestCase("temperature", "0.5", "gen_ai.request.temperature", 0.5)]
    [TestCase("top_p", "1", "gen_ai.request.top_p", 1.0)]
    [TestCase("top_k", "40", "gen_ai.request.top_k", 40.0)]
    [TestCase("frequency_penalty", "-1.5", "gen_ai.request.frequency_penalty", -1.5)]
    [TestCase("presence_penalty", "0", "gen_ai.request.presence_penalty", 0.0)]
    [TestCase("max_tokens", "9", "gen_ai.request.max_tokens", 9L)]
    [TestCase("max_completion_tokens", "9", "gen_ai.request.max_tokens", 9L)]
    [TestCase("n", "2", "gen_ai.request.choice.count", 2L)]
    [TestCase("seed", "-3", "gen_ai.request.seed", -3L)]
    [TestCase("stop", "\"END\"", "gen_ai.request.stop_sequences", new[] { "END" })]
    [TestCase("stop", "[\"a\",5,\"b\"]", "gen_ai.request.stop_sequences", new[] { "a", "b" })]
    [TestCase("dimensions", "256", "gen_ai.embeddings.dimension.count", 256L)]
    [TestCase("encoding_format", "\"base64\"", "gen_ai.request.encoding_formats", new[] { "base64" })]
    [TestCase("response_format", """{"type":"text"}""", "gen_ai.output.type", "text")]
    [TestCase("response_format", """{"type":"json_object"}""", "gen_ai.output.type", "json")]
    [TestCase("response_format", """{"type":"json_schema","json_schema":{}}""", "gen_ai.output.type", "json")]
    public void Parameter_is_on_the_span_under_its_conventional_name(string parameter, string json, string tag, object value) =>
        Assert.That(TagsOfRequest($$"""{"{{parameter}}":{{json}}}"""), Is.EqualTo(new Dictionary<string, object?> { [tag] = value }));

    [TestCase("""{"n":1}""", Description = "the usual number is left out, as the conventions say")]
    [TestCase("""{"temperature":"0.5","max_tokens":1.5,"seed":null,"stop":5,"response_format":"text","dimensions":"x"}""")]
    [TestCase("""{"response_format":{"type":5}}""")]
    [TestCase("""{"response_format":{}}""")]
    [TestCase("""{"unknown":1}""")]
    [TestCase("[1]")]
    public void Parameter_that_says_nothing_is_left_out(string request) => Assert.That(TagsOfRequest(request), Is.Empty);

    private static readonly TestCaseData[] Whole =
    [
        new TestCaseData(new ChatResponse
        {
            Id = "c1", Model = "m", Provider = "p", Usage = Usage, Choices = [new() { Index = 1, FinishReason = FinishReason.Stop }, new() { Index = 0, FinishReason = FinishReason.Length }],
        }).Returns("id=c1 model=m reasons=length,stop in=3 out=2 cached=1 provider=p").SetArgDisplayNames("chat"),
        new TestCaseData(new ChatChunk { Id = "c1", Model = "m", Provider = "p", Usage = Usage, Choices = [new() { Index = 0, FinishReason = FinishReason.Stop }, new() { Index = 1 }] })
            .Returns("id=c1 model=m reasons=stop in=3 out=2 cached=1 provider=p").SetArgDisplayNames("chat chunk"),
        new TestCaseData(new CompletionResponse { Id = "c1", Model = "m", Usage = Usage, Choices = [new() { Index = 0, Text = "x", FinishReason = FinishReason.Stop }] })
            .Returns("id=c1 model=m reasons=stop in=3 out=2 cached=1 provider=").SetArgDisplayNames("completion"),
        new TestCaseData(new CompletionChunk { Id = "c1", Model = "m", Usage = Usage, Choices = [new() { Index = 0, Text = "x", FinishReason = FinishReason.Stop }] })
            .Returns("id=c1 model=m reasons=stop in=3 out=2 cached=1 provider=").SetArgDisplayNames("completion chunk"),
        new TestCaseData(new EmbeddingResponse { Model = "m", Usage = Usage, Data = [] }).Returns("id= model=m reasons= in=3 out=2 cached=1 provider=").SetArgDisplayNames("embeddings"),
        new TestCaseData(JsonNode.Parse("""
            {"id":"c1","model":"m","provider":"p","usage":{"prompt_tokens":3,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":1}},
             "choices":[{"finish_reason":"stop"},{"index":1,"finish_reason":"length"},{"index":2,"finish_reason":null},"loose"]}
            """)).Returns("id=c1 model=m reasons=stop,length in=3 out=2 cached=1 provider=p").SetArgDisplayNames("untyped"),
        new TestCaseData(JsonNode.Parse("""{"id":5,"model":{},"provider":null,"usage":{"prompt_tokens":"3","prompt_tokens_details":[]},"choices":{}}""")).Returns("id= model= reasons= in= out= cached= provider=").SetArgDisplayNames("untyped and odd"),
        new TestCaseData(JsonNode.Parse("""{"usage":[]}""")).Returns("id= model= reasons= in= out= cached= provider=").SetArgDisplayNames("untyped and empty"),
        new TestCaseData(new object()).Returns("id= model= reasons= in= out= cached= provider=").SetArgDisplayNames("the caller's own type"),
    ];

    [TestCaseSource(nameof(Whole))]
    public string Answer_tells_what_it_says_about_itself(object answer)
    {
        var facts = new AnswerFacts();
        facts.Take(answer);
        return Told(facts);
    }

    [Test]
    public void Stream_counts_the_first_word_about_its_maker_and_the_last_about_tokens()
    {
        var facts = new AnswerFacts();

        facts.Take(new ChatChunk { Id = "c1", Model = "m", Choices = [], Usage = new() { PromptTokens = 3, CompletionTokens = 1 } });
        facts.Take(new ChatChunk { Id = "c2", Model = "n", Provider = "p", Choices = [], Usage = new() { CompletionTokens = 2 } });
        facts.Take(JsonNode.Parse("""{"id":"c3","model":"o","provider":"q","usage":{}}"""));

        Assert.That(Told(facts), Is.EqualTo("id=c1 model=m reasons= in=3 out=2 cached= provider=p"));
    }

    private static TokenUsage Usage => new() { PromptTokens = 3, CompletionTokens = 2, PromptTokensDetails = new() { CachedTokens = 1 } };

    private static Dictionary<string, object?> TagsOfRequest(string request)
    {
        using var span = new Activity("test");
        using var json = JsonDocument.Parse(request);
        RequestTags.Set(span, json.RootElement);
        return span.TagObjects.ToDictionary();
    }

    private static string Told(AnswerFacts facts)
    {
        using var span = new Activity("test");
        facts.Set(span);
        var reasons = span.GetTagItem("gen_ai.response.finish_reasons") is string[] all ? string.Join(',', all) : null;
        return $"id={span.GetTagItem("gen_ai.response.id")} model={span.GetTagItem("gen_ai.response.model")} reasons={reasons} in={span.GetTagItem("gen_ai.usage.input_tokens")} out={span.GetTagItem("gen_ai.usage.output_tokens")} cached={span.GetTagItem("gen_ai.usage.cache_read.input_tokens")} provider={span.GetTagItem("mlflow.response.provider")}";
    }
}
