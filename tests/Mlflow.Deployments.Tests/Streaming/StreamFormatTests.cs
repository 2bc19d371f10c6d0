using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Streaming;

namespace Mlflow.Deployments.Tests.Streaming;

/// <summary>What the events of completions, and of requests of any shape, say: an error, something, and the end.</summary>
public class StreamFormatTests
{
    [TestCase("""{"message":"m"}""", false, true)]
    [TestCase("""{"message":"m"}""", true, false)]
    [TestCase("""{"message":"m","choices":[{"text":"a"}]}""", false, false)]
    [TestCase("""{"message":"m","usage":{}}""", false, false)]
    [TestCase("""{"error":"m"}""", true, true)]
    [TestCase("""{"object":"error"}""", true, true)]
    [TestCase("""{"choices":[]}""", false, false)]
    public void Completion_chunk_is_an_error_or_none(string json, bool isNamed, bool isError)
    {
        var format = new CompletionStreamFormat();

        Assert.That(format.ErrorIn(format.Parse(Encoding.UTF8.GetBytes(json)), isNamed) is not null, Is.EqualTo(isError));
    }

    [TestCase("""{"choices":[{"text":"a"}]}""", true)]
    [TestCase("""{"usage":{"total_tokens":1}}""", true)]
    [TestCase("""{"id":"c1"}""", false)]
    public void Completion_chunk_has_something_in_it_or_not(string json, bool hasContent)
    {
        var format = new CompletionStreamFormat();

        Assert.That(format.HasContent(format.Parse(Encoding.UTF8.GetBytes(json))), Is.EqualTo(hasContent));
    }

    [TestCase("""{"error":"m"}""", "m")]
    [TestCase("""{"detail":"m"}""", "m")]
    [TestCase("""{"error_code":"E","message":"m"}""", "m")]
    [TestCase("""{"object":"error","message":"m"}""", "m")]
    [TestCase("""{"type":"error","message":"m"}""", "m")]
    [TestCase("""{"error":false,"detail":null,"message":"m"}""", null)]
    [TestCase("""{"object":5,"type":"chunk","message":"m"}""", null)]
    [TestCase("""["error"]""", null)]
    public void Event_of_any_shape_is_an_error_or_none(string json, string? message)
    {
        var format = new JsonStreamFormat();

        Assert.That(format.ErrorIn(format.Parse(Encoding.UTF8.GetBytes(json)), isNamed: false)?.Message, Is.EqualTo(message));
    }

    [TestCase("{\"a\":1}", true)]
    [TestCase("[1]", true)]
    [TestCase("{}", false)]
    [TestCase("[]", false)]
    [TestCase("5", false)]
    public void Event_of_any_shape_has_something_in_it_or_not(string json, bool hasContent)
    {
        var format = new JsonStreamFormat();

        Assert.That(format.HasContent(format.Parse(Encoding.UTF8.GetBytes(json))), Is.EqualTo(hasContent));
    }

    [Test]
    public void Event_that_is_null_is_none() => Assert.Multiple(() =>
    {
        Assert.That(() => new CompletionStreamFormat().Parse("null"u8), Throws.TypeOf<JsonException>().With.Message.EqualTo("The event is null."));
        Assert.That(() => new JsonStreamFormat().Parse("null"u8), Throws.TypeOf<JsonException>().With.Message.EqualTo("The event is null."));
    });

    [TestCase(false)]
    [TestCase(true, """{"a":1}""")]
    [TestCase(false, """{"choices":[{"index":0}]}""")]
    [TestCase(true, """{"choices":[{"index":0,"finish_reason":"stop"}]}""")]
    [TestCase(false, """{"choices":[{"index":0,"finish_reason":"stop"},{"index":1}]}""")]
    [TestCase(true, """{"choices":[{"index":0,"finish_reason":"stop"},{"index":1}]}""", """{"choices":[{"index":1,"finish_reason":"stop"}]}""")]
    [TestCase(true, """{"choices":[{},5]}""", """{"choices":[{"index":"x","finish_reason":"stop"}]}""")]
    [TestCase(true, """{"choices":{}}""")]
    public void Stream_of_any_shape_is_whole_when_each_choice_has_ended(bool isComplete, params string[] events)
    {
        var format = new JsonStreamFormat();
        foreach (var json in events)
        {
            format.Track(format.Parse(Encoding.UTF8.GetBytes(json)));
        }

        Assert.That(format.IsComplete, Is.EqualTo(isComplete));
    }
}
