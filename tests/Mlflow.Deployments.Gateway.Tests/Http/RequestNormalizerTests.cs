using System.Text;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Http.Validation;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Http;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RequestNormalizerTests
{
    private const string Messages = """ "messages":[{"role":"user","content":"x"}] """;

    [TestCase("{" + Messages + ""","a":null,"b":{"c":null,"d":[1,null,{"e":null}]}}""",
        """{"messages":[{"role":"user","content":"x"}],"b":{"d":[1,null,{}]},"n":1}""")]
    [TestCase("{" + Messages + ""","temperature":1.0,"seed":1E2,"n":2}""",
        """{"messages":[{"role":"user","content":"x"}],"temperature":1.0,"seed":1E2,"n":2}""")]
    [TestCase("{" + Messages + ""","n":null}""", """{"messages":[{"role":"user","content":"x"}],"n":1}""")]
    [TestCase("""{"messages":[{"role":"a","name":"bob","content":null,"x":{"y":1}}]}""", """{"messages":[{"role":"a"}],"n":1}""")]
    [TestCase("{" + Messages + ""","tools":[{"type":"function","function":{"name":"f","extra":1,"parameters":{"$ref":"#/x"}}}]}""",
        """{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"$ref":"#/x"}}}],"n":1}""")]
    [TestCase("""{"mess\u0061ges":[{"role":"user","content":"\u00fc\n"}]}""", """{"messages":[{"role":"user","content":"\u00fc\n"}],"n":1}""")]
    public void Read_chat_gives_the_normalised_body(string body, string expected)
    {
        using NormalizedRequest request = Read(body, Operation.Chat);

        Assert.That(request.Problems, Is.Empty);
        Assert.That(Encoding.UTF8.GetString(request.Body.WrittenSpan), Is.EqualTo(expected));
    }

    [TestCase("""{"input":"x","model":null}""", """{"input":"x"}""")]
    [TestCase("""{"input":["a","b"],"dimensions":3}""", """{"input":["a","b"],"dimensions":3}""")]
    [TestCase("""{"input":[[1,2],[3]]}""", """{"input":[[1,2],[3]]}""")]
    [TestCase("""{"input":[]}""", """{"input":[]}""")]
    public void Read_embeddings_gives_the_normalised_body(string body, string expected)
    {
        using NormalizedRequest request = Read(body, Operation.Embeddings);

        Assert.That(request.Problems, Is.Empty);
        Assert.That(Encoding.UTF8.GetString(request.Body.WrittenSpan), Is.EqualTo(expected));
    }

    [TestCase("", "missing", "body")]
    [TestCase("null", "missing", "body")]
    [TestCase("[1]", "model_attributes_type", "body")]
    [TestCase("{", "json_invalid", "body.1")]
    [TestCase("{'a':1}", "json_invalid", "body.1")]
    [TestCase("{} {}", "json_invalid", "body.3")]
    [TestCase("{" + Messages + ""","temperature":NaN}""", "json_invalid", null)]
    [TestCase("{}", "missing", "body.messages")]
    [TestCase("""{"messages":null}""", "list_type", "body.messages")]
    [TestCase("""{"messages":[]}""", "too_short", "body.messages")]
    [TestCase("""{"messages":["x"]}""", "model_attributes_type", "body.messages.0")]
    [TestCase("""{"messages":[{"role":"user"},{"content":"x"}]}""", "missing", "body.messages.1.role")]
    [TestCase("""{"messages":[{"role":"user","content":5}]}""", "string_type", "body.messages.0.content")]
    [TestCase("""{"messages":[{"role":"user","content":[{"type":"file"}]}]}""", "literal_error", "body.messages.0.content.0.type")]
    [TestCase("""{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", "missing", "body.messages.0.content.0.image_url")]
    [TestCase("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"detail":"low"}}]}]}""", "missing",
        "body.messages.0.content.0.image_url.url")]
    [TestCase("""{"messages":[{"role":"a","tool_calls":[{"id":"c"}]}]}""", "missing", "body.messages.0.tool_calls.0.function")]
    [TestCase("{" + Messages + ""","n":0}""", "greater_than_equal", "body.n")]
    [TestCase("{" + Messages + ""","n":1.5}""", "int_from_float", "body.n")]
    [TestCase("{" + Messages + ""","n":"two"}""", "int_type", "body.n")]
    [TestCase("{" + Messages + ""","temperature":2.1}""", "less_than_equal", "body.temperature")]
    [TestCase("{" + Messages + ""","presence_penalty":-2.5}""", "greater_than_equal", "body.presence_penalty")]
    [TestCase("{" + Messages + ""","top_p":"x"}""", "float_type", "body.top_p")]
    [TestCase("{" + Messages + ""","stop":[]}""", "too_short", "body.stop")]
    [TestCase("{" + Messages + ""","stop":"END"}""", "list_type", "body.stop")]
    [TestCase("{" + Messages + ""","stop":[1]}""", "string_type", "body.stop.0")]
    [TestCase("{" + Messages + ""","stream":"yes"}""", "bool_type", "body.stream")]
    [TestCase("{" + Messages + ""","stream_options":[]}""", "model_attributes_type", "body.stream_options")]
    [TestCase("{" + Messages + ""","tool_choice":"maybe"}""", "literal_error", "body.tool_choice")]
    [TestCase("{" + Messages + ""","tool_choice":{"type":"function"}}""", "missing", "body.tool_choice.function")]
    [TestCase("{" + Messages + ""","tools":[{"type":"retrieval"}]}""", "literal_error", "body.tools.0.type")]
    [TestCase("{" + Messages + ""","tools":[{"type":"function","function":{}}]}""", "missing", "body.tools.0.function.name")]
    [TestCase("{" + Messages + ""","response_format":{"type":"xml"}}""", "literal_error", "body.response_format.type")]
    [TestCase("{" + Messages + ""","n":1,"n":2}""", "duplicate_key", "body.n")]
    public void Read_chat_tells_the_problem_and_its_place(string body, string type, string? place)
    {
        using NormalizedRequest request = Read(body, Operation.Chat);

        Assert.That(request.Problems, Has.Count.EqualTo(1));
        Assert.That(request.Problems[0].Type, Is.EqualTo(type));
        Assert.That(Place(request.Problems[0]), place is null ? Does.StartWith("body.") : Is.EqualTo(place));
    }

    [TestCase("""{"max_tokens":3}""", "missing", "body.prompt")]
    [TestCase("""{"prompt":["a"]}""", "string_type", "body.prompt")]
    public void Read_completions_tells_the_problem_and_its_place(string body, string type, string place)
    {
        using NormalizedRequest request = Read(body, Operation.Completions);

        Assert.That(request.Problems.Select(x => (x.Type, Place(x))), Is.EqualTo(new[] { (type, place) }));
    }

    [TestCase("{}", "missing", "body.input")]
    [TestCase("""{"input":5}""", "string_type", "body.input")]
    [TestCase("""{"input":["a",1]}""", "string_type", "body.input.1")]
    [TestCase("""{"input":[1,"a"]}""", "int_type", "body.input.1")]
    public void Read_embeddings_tells_the_problem_and_its_place(string body, string type, string place)
    {
        using NormalizedRequest request = Read(body, Operation.Embeddings);

        Assert.That(request.Problems.Select(x => (x.Type, Place(x))), Is.EqualTo(new[] { (type, place) }));
    }

    [TestCase("{" + Messages + "}", "missing")]
    [TestCase("{" + Messages + ""","model":3}""", "string_type")]
    public void Read_needs_a_model_where_it_names_the_endpoint(string body, string type)
    {
        using NormalizedRequest request = RequestNormalizer.Read(Encoding.UTF8.GetBytes(body), Operation.Chat, needsModel: true);

        Assert.That(request.Problems.Select(x => (x.Type, Place(x))), Is.EqualTo(new[] { (type, "body.model") }));
    }

    [Test]
    public void Read_several_problems_are_all_told()
    {
        using NormalizedRequest request = Read("""{"messages":[{"content":1}],"temperature":9,"n":"x","stop":"s"}""", Operation.Chat);

        Assert.That(request.Problems.Select(Place), Is.EquivalentTo(
            new[] { "body.messages.0.role", "body.messages.0.content", "body.temperature", "body.n", "body.stop" }));
    }

    [Test]
    public void Read_nesting_beyond_the_limit_is_refused()
    {
        using NormalizedRequest request = Read($$"""{{{Messages}},"x":{{new string('[', 100)}}{{new string(']', 100)}}}""", Operation.Chat);

        Assert.That(request.Problems.Single().Type, Is.EqualTo("json_invalid"));
    }

    [Test]
    public void Read_text_that_is_not_utf8_is_refused()
    {
        byte[] body = [.. """{"messages":[{"role":"user","content":" """u8, 0xFF, .. "\"}]}"u8];

        using NormalizedRequest request = RequestNormalizer.Read(body, Operation.Chat, needsModel: false);

        Assert.That(request.Problems.Single().Type, Is.EqualTo("json_invalid"));
    }

    [Test]
    public void Read_problems_do_not_repeat_texts()
    {
        using NormalizedRequest request = Read("""{"messages":"my secret prompt","n":5.5}""", Operation.Chat);

        Assert.That(request.Problems.Select(x => x.Input), Is.EqualTo(new[] { null, "5.5" }));
    }

    private static NormalizedRequest Read(string body, Operation operation) =>
        RequestNormalizer.Read(Encoding.UTF8.GetBytes(body), operation, needsModel: false);

    private static string Place(ValidationProblem problem) => string.Join('.', Enumerable.Reverse(problem.Location));
}
