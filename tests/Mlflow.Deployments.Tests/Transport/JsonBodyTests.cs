using System.Text;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Tests.Transport;

/// <summary>A request's text, with what a dialect adds: the length that is told is the length that is sent.</summary>
public class JsonBodyTests
{
    [TestCase("{}", false, false, "{}")]
    [TestCase("{}", true, false, """{"model":"m"}""")]
    [TestCase("{}", false, true, """{"stream_options":{"include_usage":true}}""")]
    [TestCase("{}", true, true, """{"model":"m","stream_options":{"include_usage":true}}""")]
    [TestCase("""{"a":1}""", false, false, """{"a":1}""")]
    [TestCase("""{"a":1}""", true, false, """{"model":"m","a":1}""")]
    [TestCase("""{"a":1}""", false, true, """{"a":1,"stream_options":{"include_usage":true}}""")]
    [TestCase("""{"a":1}""", true, true, """{"model":"m","a":1,"stream_options":{"include_usage":true}}""")]
    [TestCase("""{"model":"mine"}""", true, false, """{"model":"mine"}""")]
    [TestCase("""{"a":null}""", false, false, """{"a":null}""")]
    public async Task Fields_are_added_in_front_and_at_the_end(string inputs, bool withModel, bool withUsage, string sent)
    {
        var body = JsonBody.Of(JsonNode.Parse(inputs)!.AsObject(), stream: false, "inputs");
        body = withModel ? body.WithModel("m") : body;
        using var content = (withUsage ? body.WithStreamUsage() : body).ToContent();

        Assert.That((await content.ReadAsStringAsync(), content.Headers.ContentLength), Is.EqualTo((sent, (long?)sent.Length)));
        Assert.That(content.Headers.ContentType?.ToString(), Is.EqualTo("application/json"));
    }

    [Test]
    public async Task Nothing_is_added_to_what_is_no_object()
    {
        using var content = new JsonBodyContent("[1]"u8.ToArray(), "\"a\":1"u8.ToArray(), "\"b\":2"u8.ToArray());

        Assert.That((await content.ReadAsStringAsync(), content.Headers.ContentLength), Is.EqualTo(("[1]", (long?)3)));
    }

    [Test]
    public async Task Stream_is_said_once_at_the_end()
    {
        using var content = JsonBody.Of(new JsonObject { ["stream"] = false, ["a"] = 1 }, stream: true, "inputs").ToContent();

        Assert.That(await content.ReadAsStringAsync(), Is.EqualTo("""{"a":1,"stream":true}"""));
    }

    [TestCase("""{"a":{"messages":1},"prompt":[{"x":1}],"input":2}""", "messages", false)]
    [TestCase("""{"a":{"messages":1},"prompt":[{"x":1}],"input":2}""", "prompt", true)]
    [TestCase("""{"a":{"messages":1},"prompt":[{"x":1}],"input":2}""", "input", true)]
    [TestCase("{}", "input", false)]
    public void Field_is_found_at_the_top_only(string inputs, string name, bool isThere) =>
        Assert.That(JsonBody.Of(JsonNode.Parse(inputs)!.AsObject(), stream: false, "inputs").Has(Encoding.UTF8.GetBytes(name)), Is.EqualTo(isThere));

    [Test]
    public void Number_that_JSON_has_not_is_refused_with_its_argument() => Assert.That(
        () => JsonBody.Of(new JsonObject { ["a"] = double.NaN }, stream: false, "inputs"),
        Throws.ArgumentException.With.Property("ParamName").EqualTo("inputs").And.Message.StartsWith("The request cannot be written as JSON: "));
}
