using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Tests.Wire;

public class ChatAccumulatorTests
{
    [Test]
    public void ToResponse_joins_text_of_several_choices_and_keeps_reasons_and_usage()
    {
        var answer = Accumulate(
            """{"id":"c","created":5,"model":"m","provider":"openai","choices":[{"index":0,"delta":{"role":"assistant","content":"He"}},{"index":1,"delta":{"content":"A"}}]}""",
            """{"id":"c","choices":[{"index":0,"delta":{"content":"llo"},"finish_reason":"stop"}]}""",
            """{"id":"c","choices":[{"index":1,"delta":{"content":"B"},"finish_reason":"length"}]}""",
            """{"id":"c","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""");

        Assert.Multiple(() =>
        {
            Assert.That((answer.Id, answer.Created, answer.Model, answer.Provider), Is.EqualTo(("c", 5L, "m", "openai")));
            Assert.That(answer.Choices.Select(choice => (choice.Index, choice.Message.Content, choice.FinishReason.Value)), Is.EqualTo(new[] { (0, "Hello", "stop"), (1, "AB", "length") }));
            Assert.That(answer.Choices[1].Message.Role, Is.EqualTo(ChatRole.Assistant));
            Assert.That(answer.Usage!.TotalTokens, Is.EqualTo(3));
        });
    }

    [Test]
    public void ToResponse_joins_pieces_of_tool_calls_by_index_and_takes_ids_once()
    {
        var answer = Accumulate(
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{\"y\""}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}},{"index":1,"id":"","function":{"arguments":":2}"}}]}}]}""");

        Assert.That(
            answer.Choices[0].Message.ToolCalls!.Select(call => (call.Id, call.Type, call.Function!.Name, call.Function.Arguments)),
            Is.EqualTo(new[] { ("a", "function", "f", "{\"x\":1}"), ("b", "function", "g", "{\"y\":2}") }));
    }

    [Test]
    public void ToResponse_tells_calls_apart_that_a_gateway_numbers_all_with_zero()
    {
        var answer = Accumulate(
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"g"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"2"}}]}}]}""");

        Assert.That(answer.Choices[0].Message.ToolCalls!.Select(call => (call.Id, call.Function!.Arguments)), Is.EqualTo(new[] { ("a", "1"), ("b", "2") }));
    }

    [Test]
    public void ToResponse_joins_reasoning_lists_and_objects_of_unknown_fields()
    {
        var answer = Accumulate(
            """{"system_fingerprint":"x","choices":[{"index":0,"delta":{"reasoning_content":"I "},"logprobs":{"content":[1]}}]}""",
            """{"system_fingerprint":"x","choices":[{"index":0,"delta":{"reasoning_content":"think"},"logprobs":{"content":[2]}}]}""",
            """{"choices":[{"index":0,"delta":{"reasoning_content":null}}]}""");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Extra!["system_fingerprint"].GetString(), Is.EqualTo("x"));
            Assert.That(answer.Choices[0].Message.Extra!["reasoning_content"].GetString(), Is.EqualTo("I think"));
            Assert.That(answer.Choices[0].Extra!["logprobs"].GetRawText(), Is.EqualTo("""{"content":[1,2]}"""));
        });
    }

    [Test]
    public void ToResponse_keeps_parts_and_refusals()
    {
        var answer = Accumulate(
            """{"choices":[{"index":0,"delta":{"content":[{"type":"reasoning","summary":[]}],"refusal":"I "}}]}""",
            """{"choices":[{"index":0,"delta":{"content":"Hel","refusal":"won't"}}]}""",
            """{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"lo"}]}}]}""");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Text, Is.EqualTo("Hello"));
            Assert.That(answer.Choices[0].Message.Parts!.Select(part => part.Type), Is.EqualTo(new[] { "reasoning", "text" }));
            Assert.That(answer.Choices[0].Message.Refusal, Is.EqualTo("I won't"));
        });
    }

    [Test]
    public void ToResponse_has_tool_calls_in_the_order_of_their_index()
    {
        var answer = Accumulate(
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"2"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"1"}}]}}]}""");

        Assert.That(answer.Choices[0].Message.ToolCalls!.Select(call => (call.Id, call.Function!.Arguments)), Is.EqualTo(new[] { ("a", "1"), ("b", "2") }));
    }

    [Test]
    public void ToResponse_takes_calls_without_index_one_after_the_other()
    {
        var answer = Accumulate(
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"1"}},{"id":"b","function":{"name":"g","arguments":"2"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"function":{"arguments":"3"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"id":"a","function":{"arguments":"4"}}]}}]}""");

        Assert.That(answer.Choices[0].Message.ToolCalls!.Select(call => (call.Id, call.Function!.Arguments)), Is.EqualTo(new[] { ("a", "14"), ("b", "23") }));
    }

    [TestCase("context_id")]
    [TestCase("content_type")]
    [TestCase("reasoning_format")]
    public void ToResponse_does_not_join_texts_that_are_no_pieces(string name)
    {
        var answer = Accumulate($$$"""{"{{{name}}}":"x","choices":[]}""", $$$"""{"{{{name}}}":"x","choices":[]}""");

        Assert.That(answer.Extra![name].GetString(), Is.EqualTo("x"));
    }

    [TestCase("reasoning")]
    [TestCase("reasoning_content")]
    [TestCase("thinking")]
    [TestCase("reasoning_text")]
    [TestCase("output_transcript")]
    public void ToResponse_joins_texts_that_models_write_in_pieces(string name)
    {
        var answer = Accumulate($$$"""{"{{{name}}}":"x","choices":[]}""", $$$"""{"{{{name}}}":"y","choices":[]}""");

        Assert.That(answer.Extra![name].GetString(), Is.EqualTo("xy"));
    }

    [Test]
    public void ToResponse_does_not_lose_the_answer_for_unknown_fields_that_are_no_text()
    {
        var answer = Accumulate(
            """{"choices":[{"index":0,"delta":{"content":"o","reasoning":"so \ud83d","tokens":["\ud83d"]}}]}""", """{"choices":[{"index":0,"delta":{"content":"k","reasoning":"\ude00!"}}]}""");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Text, Is.EqualTo("ok"));
            Assert.That(answer.Choices[0].Message.Extra!["reasoning"].GetString(), Is.EqualTo("\uFFFD\uFFFD"));
            Assert.That(answer.Choices[0].Message.Extra!.Keys, Does.Contain("tokens"));
        });
    }

    [Test]
    public void ToResponse_of_nothing_is_an_answer_without_choices() =>
        Assert.That(new ChatAccumulator().ToResponse().Choices, Is.Empty);

    private static ChatResponse Accumulate(params string[] chunks)
    {
        var accumulator = new ChatAccumulator();
        foreach (var chunk in chunks)
        {
            accumulator.Add(JsonSerializer.Deserialize(chunk, DeployJson.Default.ChatChunk)!);
        }

        return accumulator.ToResponse();
    }

    [Test]
    public void ToResponse_takes_the_first_word_about_the_answer_and_the_last_about_its_end()
    {
        var answer = Accumulate(
            """{"id":"c","created":5,"model":"m","provider":"p","choices":[{"index":0,"delta":{"role":"tool"},"finish_reason":"length"}],"usage":{"total_tokens":1}}""",
            """{"id":"d","created":6,"model":"n","provider":"q","choices":[{"index":0,"delta":{"role":"user"},"finish_reason":"stop"}],"usage":{"total_tokens":2}}""",
            """{"choices":[{"index":0,"delta":{}}]}""");

        Assert.That(
            (answer.Id, answer.Object, answer.Created, answer.Model, answer.Provider, answer.Usage!.TotalTokens, answer.Choices[0].Message.Role, answer.Choices[0].FinishReason),
            Is.EqualTo(("c", "chat.completion", 5L, "m", "p", 2, ChatRole.Tool, FinishReason.Stop)));
    }

    [Test]
    public void ToResponse_of_nothing_has_nothing_in_it()
    {
        var message = Accumulate("""{"choices":[{"index":0,"delta":{}}]}""").Choices[0].Message;

        Assert.That((message.Role, message.Content, message.Parts, message.ToolCalls, message.Refusal, message.Extra), Is.EqualTo((ChatRole.Assistant, default(string), default(object), default(object), default(string), default(object))));
    }

    [TestCase("""{"id":"a"}""", """{"id":"a","type":"function"}""")]
    [TestCase("""{"id":"","type":"odd","x":1}""", """{"type":"odd","x":1}""")]
    [TestCase("""{"id":"a","function":{}}""", """{"id":"a","type":"function","function":{}}""")]
    [TestCase("""{"id":"a","function":{"name":"","arguments":""}}""", """{"id":"a","type":"function","function":{"arguments":""}}""")]
    [TestCase("""{"id":"a","function":{"name":"f","y":2}}""", """{"id":"a","type":"function","function":{"name":"f","y":2}}""")]
    public void ToResponse_makes_a_call_of_what_came_and_no_more(string piece, string call)
    {
        var answer = Accumulate($$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{{{piece}}}]}}]}""");

        Support.ChatJson.AssertSame(JsonSerializer.Serialize(answer.Choices[0].Message.ToolCalls![0], DeployJson.Default.ToolCall), call);
    }

    [Test]
    public void ToResponse_keeps_the_first_type_and_name_of_a_call()
    {
        var call = Accumulate(
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"t","function":{"name":"f","arguments":"1"}}]}}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"type":"u","function":{"name":"g","arguments":"2"}}]}}]}""").Choices[0].Message.ToolCalls!.Single();

        Assert.That((call.Type, call.Function!.Name, call.Function.Arguments), Is.EqualTo(("t", "f", "12")));
    }

    [Test]
    public void ToResponse_orders_calls_by_index_only_where_all_have_one()
    {
        const string Later = """{"index":1,"id":"b"}""", Earlier = """{"index":0,"id":"a"}""", Without = """{"id":"c"}""";

        Assert.Multiple(() =>
        {
            Assert.That(Ids(Later, Earlier), Is.EqualTo(new[] { "a", "b" }));
            Assert.That(Ids(Later, Without, Earlier), Is.EqualTo(new[] { "b", "c", "a" }));
        });

        static IEnumerable<string?> Ids(params string[] calls) =>
            Accumulate([.. calls.Select(call => $$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{{{call}}}]}}]}""")]).Choices[0].Message.ToolCalls!.Select(call => call.Id);
    }

    [TestCase("""{"a":{"x":1}}""", """{"a":{"y":2}}""", """{"a":{"x":1,"y":2}}""")]
    [TestCase("""{"a":{"x":{"z":[1]}}}""", """{"a":{"x":{"z":[2]}}}""", """{"a":{"x":{"z":[1,2]}}}""")]
    [TestCase("""{"a":"x"}""", """{"a":"y"}""", """{"a":"y"}""")]
    [TestCase("""{"a":1}""", """{"a":"y"}""", """{"a":"y"}""")]
    [TestCase("""{"reasoning":1}""", """{"reasoning":"y"}""", """{"reasoning":"y"}""")]
    [TestCase("""{"reasoning":"x"}""", """{"reasoning":"y"}""", """{"reasoning":"xy"}""")]
    [TestCase("""{"my_transcript":"x"}""", """{"my_transcript":"y"}""", """{"my_transcript":"xy"}""")]
    [TestCase("""{"mythinking":"x"}""", """{"mythinking":"y"}""", """{"mythinking":"y"}""")]
    [TestCase("""{"a":1}""", """{"a":null}""", """{"a":1}""")]
    [TestCase("""{"a":null}""", """{"a":1}""", """{"a":1}""")]
    public void ToResponse_merges_unknown_fields(string first, string second, string merged)
    {
        var answer = Accumulate($$"""{"choices":[{"index":0,"delta":{},"m":{{first}}}]}""", $$"""{"choices":[{"index":0,"delta":{},"m":{{second}}}]}""");

        Support.ChatJson.AssertSame(answer.Choices[0].Extra!["m"].GetRawText(), merged);
    }
}
