using System.Net;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Providers.MosaicML;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers;

/// <summary>What the recorded exchanges of the smaller providers leave out.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ServingProviderTests
{
    private const string Generated = """{"generated_text":"y","details":{"finish_reason":"length","generated_tokens":2,"prefill":[{"text":"a"}]}}""";

    [TestCase("mlflow-model-serving", "completions", """{"prompt":"x"}""", """{"predictions":[]}""")]
    [TestCase("mlflow-model-serving", "completions", """{"prompt":"x"}""", """{"predictions":{"a":["y"],"b":["z"]}}""")]
    [TestCase("mlflow-model-serving", "chat", """{"messages":[{"role":"user","content":"x"}]}""", """{"predictions":"y"}""")]
    [TestCase("mlflow-model-serving", "embeddings", """{"input":"x"}""", """{"predictions":[]}""")]
    [TestCase("mlflow-model-serving", "embeddings", """{"input":"x"}""", """{"predictions":[["y"]]}""")]
    [TestCase("huggingface-text-generation-inference", "completions", """{"prompt":"x"}""", """{"generated_text":"y"}""")]
    public async Task Answer_of_another_form_is_a_bad_gateway(string provider, string operation, string body, string answer)
    {
        (HttpStatusCode status, string text, _) = await PlayAsync(provider, operation, body, answer);

        Assert.That(status, Is.EqualTo(HttpStatusCode.BadGateway), text);
    }

    [TestCase("embeddings", """{"input":"x"}""", """{"predictions":[0.5,1]}""", "\"embedding\":[0.5,1],\"index\":0")]
    [TestCase("completions", """{"prompt":"x"}""", """{"predictions":{"only":["y"]}}""", "\"text\":\"y\"")]
    public async Task Predictions_of_a_single_input_are_read(string operation, string body, string answer, string words)
    {
        (_, string text, _) = await PlayAsync("mlflow-model-serving", operation, body, answer);

        Assert.That(text, Does.Contain(words));
    }

    [Test]
    public async Task Temperature_is_never_zero_for_text_generation_inference()
    {
        (_, _, string sent) = await PlayAsync("huggingface-text-generation-inference", "completions", """{"prompt":"x","temperature":0,"top_k":4}""", Generated);

        Assert.That(sent, Does.Contain("\"temperature\":0.001").And.Contain("\"top_k\":4").And.Not.Contain("\"n\""));
    }

    [TestCase("mosaicml", "completions", """{"prompt":"x","max_new_tokens":1}""", "max_new_tokens", "max_tokens")]
    [TestCase("mosaicml", "embeddings", """{"input":"x","inputs":["y"]}""", "inputs", "input")]
    [TestCase("ai21labs", "completions", """{"prompt":"x","numResults":1}""", "numResults", "n ")]
    [TestCase("ai21labs", "completions", """{"prompt":"x","stopSequences":["a"]}""", "stopSequences", "stop")]
    public async Task Own_name_of_a_parameter_is_refused(string provider, string operation, string body, string ownName, string name)
    {
        (HttpStatusCode status, string text, _) = await PlayAsync(provider, operation, body, "{}");

        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(text, Does.Contain(ownName).And.Contain(name));
    }

    [TestCase("""{"message":"Error: max output tokens is limited to 5"}""", 500, HttpStatusCode.UnprocessableEntity)]
    [TestCase("""{"message":"Error: prompt token count (9)"}""", 503, HttpStatusCode.ServiceUnavailable)]
    [TestCase("""{"message":"Out of order"}""", 500, HttpStatusCode.InternalServerError)]
    public async Task Only_a_limit_of_tokens_is_the_clients_fault(string answer, int status, HttpStatusCode expected)
    {
        (HttpStatusCode actual, string text, _) = await PlayAsync("mosaicml", "completions", """{"prompt":"x"}""", answer, status);

        Assert.That(actual, Is.EqualTo(expected));
        Assert.That(text, Is.EqualTo($$"""{"detail":{{answer}}}"""));
    }

    [Test]
    public void Prompt_goes_on_where_the_assistant_was_left()
    {
        string prompt = LlamaPrompt.Of([ChatMessage.User("a"), ChatMessage.Assistant("b")]);

        Assert.That(prompt, Is.EqualTo("<s>[INST] a [/INST] b "));
    }

    [Test]
    public void Prompt_cannot_hold_an_image()
    {
        ChatMessage message = ChatMessage.User([ContentPart.FromImageUrl("data:image/png;base64,AAAA")]);

        Assert.That(() => LlamaPrompt.Of([message]), Throws.TypeOf<ProviderException>().With.Message.Contains("image_url"));
    }

    private static async Task<(HttpStatusCode Status, string Text, string Sent)> PlayAsync(
        string provider, string operation, string body, string answer, int status = 200)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(answer, status);
        string config = provider switch
        {
            "mlflow-model-serving" => $"model_server_url: '{upstream.Address}/'",
            "mosaicml" => $"mosaicml_api_key: k, mosaicml_api_base: '{upstream.Address}'",
            "ai21labs" => $"ai21labs_api_key: k, ai21labs_api_base: '{upstream.Address}'",
            _ => $"hf_server_url: '{upstream.Address}'",
        };
        string name = provider == "ai21labs" ? "j2-mid" : "m";
        await using TestGateway gateway = await TestGateway.StartAsync(
            $"endpoints: [{{ name: e, endpoint_type: llm/v1/{operation}, model: {{ provider: {provider}, name: {name}, config: {{ {config} }} }} }}]");
        using HttpResponseMessage response = await gateway.PostAsync("/gateway/e/invocations", body);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), upstream.Bodies is [var sent] ? sent : "");
    }
}
