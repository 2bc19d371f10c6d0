using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Embedded.Dev;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded.Dev;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DevToolTests
{
    private static readonly DevResponder Responder = new(new DevResponderSettings());

    private static readonly ChatTool Weather = ChatTool.FromFunction(
        "get_weather",
        "Tells the current weather of a city.",
        JsonNode.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""")!.AsObject());

    private static readonly ChatTool Orders = ChatTool.FromFunction("findOrders", "Lists a customer's recent purchases and their delivery state.");

    [TestCase("What is the weather in Paris?", "get_weather")]
    [TestCase("Where are my orders?", "findOrders")]
    [TestCase("What is the delivery state of my recent purchases?", "findOrders")]
    [TestCase("Tell me about the city", null)]
    [TestCase("Good morning!", null)]
    public void Answer_a_free_choice_calls_a_tool_that_clearly_fits(string question, string? expected)
    {
        DevAnswer answer = Responder.Answer(new ChatRequest(question) { Tools = [Weather, Orders] });

        Assert.That(answer.Choices[0].ToolName, Is.EqualTo(expected));
    }

    [Test]
    public void Answer_a_call_has_arguments_of_the_schema_and_the_reason()
    {
        DevAnswer answer = Responder.Answer(new ChatRequest("What is the weather in Paris?") { Tools = [Weather], ToolChoice = ToolChoice.Auto });

        Assert.Multiple(() =>
        {
            Assert.That(answer.Rule, Is.EqualTo(DevRules.ToolCall));
            Assert.That(answer.Choices[0].Text, Is.EqualTo("""{"city":"Paris"}"""));
            Assert.That(answer.Choices[0].FinishReason, Is.EqualTo(FinishReason.ToolCalls));
        });
    }

    [Test]
    public void Answer_when_a_tool_is_required_the_best_is_called()
    {
        DevAnswer fits = Responder.Answer(new ChatRequest("purchases") { Tools = [Weather, Orders], ToolChoice = ToolChoice.Required });
        DevAnswer none = Responder.Answer(new ChatRequest("Hello") { Tools = [Weather, Orders], ToolChoice = ToolChoice.Required });

        Assert.That((fits.Choices[0].ToolName, none.Choices[0].ToolName), Is.EqualTo(("findOrders", "get_weather")));
    }

    [Test]
    public void Answer_a_named_function_is_called_whatever_the_question()
    {
        ChatRequest request = new("What is the weather?") { Tools = [Weather, Orders], ToolChoice = ToolChoice.ForFunction("findOrders") };

        DevAnswer answer = Responder.Answer(request);

        Assert.That((answer.Choices[0].ToolName, answer.Choices[0].Text), Is.EqualTo(("findOrders", "{}")));
    }

    [Test]
    public void Answer_tools_that_must_not_be_called_are_not()
    {
        DevAnswer answer = Responder.Answer(new ChatRequest("What is the weather?") { Tools = [Weather], ToolChoice = ToolChoice.None });

        Assert.That(answer.Rule, Is.EqualTo(DevRules.Echo));
    }

    [Test]
    public void Answer_a_forced_tool_that_is_not_there_throws()
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                () => Responder.Answer(new ChatRequest("Hello") { Tools = [Weather], ToolChoice = ToolChoice.ForFunction("fly") }),
                Throws.InstanceOf<DevRequestException>().With.Message.Contains("'fly'"));
            Assert.That(
                () => Responder.Answer(new ChatRequest("Hello") { ToolChoice = ToolChoice.Required }),
                Throws.InstanceOf<DevRequestException>().With.Message.Contains("no tools"));
        });
    }

    [Test]
    public void Answer_a_tool_comes_before_json_and_json_before_text()
    {
        ChatRequest request = new("What is the weather in Paris?") { Tools = [Weather], ResponseFormat = ResponseFormat.JsonObject };

        Assert.Multiple(() =>
        {
            Assert.That(Responder.Answer(request).Rule, Is.EqualTo(DevRules.ToolCall));
            Assert.That(Responder.Answer(request with { ToolChoice = ToolChoice.None }).Rule, Is.EqualTo(DevRules.Json));
        });
    }

    [Test]
    public void Answer_the_result_of_a_tool_is_told_even_when_a_tool_is_required()
    {
        ChatRequest request = AfterCall(ChatMessage.Tool("call_1", "21 °C, sunny")) with { ToolChoice = ToolChoice.Required };

        DevAnswer answer = Responder.Answer(request);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Rule, Is.EqualTo(DevRules.ToolResult));
            Assert.That(answer.Choices[0].Text, Is.EqualTo("The tool get_weather returned: 21 °C, sunny"));
            Assert.That(answer.Choices[0].FinishReason, Is.EqualTo(FinishReason.Stop));
        });
    }

    [Test]
    public void Answer_several_results_are_told_one_a_line()
    {
        DevAnswer answer = Responder.Answer(AfterCall(ChatMessage.Tool("call_1", "21"), ChatMessage.Tool("call_x", "22")));

        Assert.That(answer.Choices[0].Text, Is.EqualTo("The tool get_weather returned: 21\nThe tool call_x returned: 22"));
    }

    [Test]
    public void Answer_a_new_question_after_a_result_may_call_a_tool_again()
    {
        ChatRequest request = AfterCall(ChatMessage.Tool("call_1", "21"), ChatMessage.Assistant("It is 21."), ChatMessage.User("And the weather in Rome?"));

        Assert.That(Responder.Answer(request).Choices[0].Text, Is.EqualTo("""{"city":"Rome"}"""));
    }

    [Test]
    public void Answer_arguments_are_cut_to_the_tokens_asked_for()
    {
        DevAnswer answer = Responder.Answer(new ChatRequest("What is the weather in Paris?") { Tools = [Weather], MaxTokens = 2, Stop = ["city"] });

        Assert.Multiple(() =>
        {
            Assert.That(answer.Choices[0].FinishReason, Is.EqualTo(FinishReason.Length));
            Assert.That(answer.Choices[0].Pieces, Has.Count.EqualTo(2));
            Assert.That(answer.Choices[0].Text, Does.StartWith("{"));
        });
    }

    private static ChatRequest AfterCall(params IReadOnlyList<ChatMessage> messages) => new()
    {
        Messages =
        [
            ChatMessage.User("What is the weather in Paris?"),
            ChatMessage.Assistant(null, [new ToolCall { Id = "call_1", Function = new() { Name = "get_weather", Arguments = "{}" } }]),
            .. messages,
        ],
        Tools = [Weather],
    };
}
