using System.Text.Json;
using Mlflow.Deployments.Telemetry;

namespace Mlflow.Deployments.Tests.Telemetry;

/// <summary>Prompts and answers as OpenTelemetry's conventions write them.</summary>
public class MessageWriterTests
{
    [TestCase("""{"messages":[{"role":"user","content":"hi"},{"content":"no role"},{"role":5,"content":"odd role"}]}""",
        """[{"role":"user","parts":[{"type":"text","content":"hi"}]},{"role":"assistant","parts":[{"type":"text","content":"no role"}]},{"role":"assistant","parts":[{"type":"text","content":"odd role"}]}]""")]
    [TestCase("""{"messages":[{"role":"user","content":[{"type":"text","text":"what?"},{"type":"image_url","image_url":{"url":"http://i"}},{"type":"odd","text":5},"loose"]}]}""",
        """[{"role":"user","parts":[{"type":"text","content":"what?"},{"type":"image_url","image_url":{"url":"http://i"}},{"type":"odd","text":5}]}]""")]
    [TestCase("""{"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},{"function":{"name":"g"}},{"id":"c3","function":5},{"id":"c4"},7]}]}""",
        """[{"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"f","arguments":"{}"},{"type":"tool_call","name":"g"},{"type":"tool_call","id":"c3"},{"type":"tool_call","id":"c4"}]}]""")]
    [TestCase("""{"messages":[{"role":"tool","tool_call_id":"c1","content":"21 °C"}]}""",
        """[{"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":"21 °C"}]}]""")]
    [TestCase("""{"messages":[{"role":"tool","tool_call_id":"c1"},{"role":"user","tool_calls":{}},"loose"]}""", """[{"role":"tool","parts":[]},{"role":"user","parts":[]}]""")]
    [TestCase("""{"messages":[]}""", "[]")]
    [TestCase("""{"messages":"hi","prompt":"p"}""", """[{"role":"user","parts":[{"type":"text","content":"p"}]}]""")]
    [TestCase("""{"prompt":["a","b",[1,2]]}""", """[{"role":"user","parts":[{"type":"text","content":"a"}]},{"role":"user","parts":[{"type":"text","content":"b"}]}]""")]
    [TestCase("""{"prompt":[1,2]}""", "[]")]
    [TestCase("""{"input":"x"}""", null)]
    [TestCase("[]", null)]
    public void Request_is_written_as_messages(string request, string? messages)
    {
        using var json = JsonDocument.Parse(request);

        Assert.That(MessageWriter.Input(json.RootElement), Is.EqualTo(messages));
    }

    [TestCase("""{"choices":[{"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"},{"message":{"content":"ho"},"finish_reason":null}]}""",
        """[{"role":"assistant","parts":[{"type":"text","content":"hi"}],"finish_reason":"stop"},{"role":"assistant","parts":[{"type":"text","content":"ho"}]}]""")]
    [TestCase("""{"choices":[{"text":"once","finish_reason":"length"},{"text":"upon"},{"message":5,"text":"a time"},{"text":7},{},"loose"]}""",
        """[{"role":"assistant","parts":[{"type":"text","content":"once"}],"finish_reason":"length"},{"role":"assistant","parts":[{"type":"text","content":"upon"}]},{"role":"assistant","parts":[{"type":"text","content":"a time"}]}]""")]
    [TestCase("""{"choices":[{"message":{"content":"grün <ü>"}}]}""", """[{"role":"assistant","parts":[{"type":"text","content":"grün <ü>"}]}]""")]
    [TestCase("""{"choices":[]}""", "[]")]
    [TestCase("""{"choices":{}}""", null)]
    [TestCase("""{"data":[]}""", null)]
    [TestCase("[]", null)]
    public void Answer_is_written_as_messages(string answer, string? messages)
    {
        using var json = JsonDocument.Parse(answer);

        Assert.That(MessageWriter.Output(json.RootElement), Is.EqualTo(messages));
    }

    [Test]
    public void Texts_of_a_stream_are_written_as_messages() => Assert.That(
        MessageWriter.Output(["a", "b"]),
        Is.EqualTo("""[{"role":"assistant","parts":[{"type":"text","content":"a"}]},{"role":"assistant","parts":[{"type":"text","content":"b"}]}]"""));
}
