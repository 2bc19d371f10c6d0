using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.Bedrock;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BedrockTests
{
    private const string Keys = "aws_access_key_id: AKID, aws_secret_access_key: the-secret";
    private const string Answer = """{"output":{"message":{"role":"assistant","content":[{"text":"y"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}}""";

    [TestCase("""[{"role":"assistant","content":"so","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":{\"y\":1}}"}}]}]""",
        """[{"role":"assistant","content":[{"text":"so"},{"toolUse":{"toolUseId":"a","name":"f","input":{"x":{"y":1}}}}]}]""", TestName = "Calls_of_an_earlier_turn_are_kept")]
    [TestCase("""[{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":""}}]}]""",
        """[{"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"f","input":{}}}]}]""", TestName = "Call_without_arguments_or_text")]
    [TestCase("""[{"role":"tool","tool_call_id":"a","content":"1"},{"role":"tool","tool_call_id":"b","content":"2"},{"role":"user","content":"so?"}]""",
        """[{"role":"user","content":[{"toolResult":{"toolUseId":"a","content":[{"text":"1"}]}},{"toolResult":{"toolUseId":"b","content":[{"text":"2"}]}}]},{"role":"user","content":[{"text":"so?"}]}]""",
        TestName = "Results_of_one_turn_are_one_message")]
    [TestCase("""[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"},{"type":"image_url","image_url":{"url":"data:image/jpg;base64,AAAA"}},{"type":"text","text":"c"}]}]""",
        """[{"role":"user","content":[{"text":"a\nb"},{"image":{"format":"jpeg","source":{"bytes":"AAAA"}}},{"text":"c"}]}]""", TestName = "Image_stays_where_it_stood")]
    [TestCase("""[{"role":"narrator","content":"x"}]""", """[{"role":"user","content":[{"text":"x"}]}]""", TestName = "Unknown_role_is_a_user")]
    public async Task Messages_become_blocks(string messages, string expected)
    {
        using JsonDocument sent = await SentAsync($$"""{"messages":{{messages}}}""");

        Assert.That(sent.RootElement.GetProperty("messages").GetRawText(), Is.EqualTo(expected));
    }

    [TestCase("\"auto\"")]
    [TestCase("\"required\"")]
    [TestCase("\"none\"")]
    [TestCase("""{"type":"function","function":{"name":"f"}}""")]
    public async Task Choice_of_tools_is_dropped(string choice)
    {
        using JsonDocument sent = await SentAsync(
            $$$"""{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f"} }],"tool_choice":{{{choice}}} }""");

        Assert.That(sent.RootElement.GetProperty("toolConfig").EnumerateObject().Select(x => x.Name), Is.EqualTo(new[] { "tools" }));
    }

    [Test]
    public async Task Schema_of_a_tool_stays_whole()
    {
        const string Schema = """{"type":"object","properties":{"a":{"anyOf":[{"$ref":"#/$defs/b"}],"properties":{"c":{"type":"string"}}}},"$defs":{"b":{"type":"integer"}}}""";
        using JsonDocument sent = await SentAsync(
            $$$"""{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{{{Schema}}} } }]}""");

        JsonElement spec = sent.RootElement.GetProperty("toolConfig").GetProperty("tools")[0].GetProperty("toolSpec");
        Assert.That(spec.GetProperty("inputSchema").GetProperty("json").GetRawText(), Is.EqualTo(Schema));
    }

    [TestCase("""{"type":"image_url","image_url":{"url":"https://x/y.png"}}""", "does not fetch images")]
    [TestCase("""{"type":"image_url","image_url":{"url":"data:image/tiff;base64,AAAA"}}""", "image/tiff")]
    [TestCase("""{"type":"input_audio","input_audio":{"data":"AA","format":"wav"}}""", "input_audio")]
    public async Task Part_that_cannot_be_sent_is_refused(string part, string words)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(Answer);
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream, Keys));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/e/invocations", $$"""{"messages":[{"role":"user","content":[{{part}}]}]}""");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(words));
        Assert.That(upstream.Bodies, Is.Empty);
    }

    [Test]
    public async Task Thoughts_are_kept_beside_the_text()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(
            """{"output":{"message":{"content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}},{"text":"y"}]}},"stopReason":"end_turn"}""");
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream, Keys));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/e/invocations", """{"messages":[{"role":"user","content":"x"}]}""");

        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("\"content\":\"y\"").And.Contain("\"reasoning_content\":\"hm\""));
    }

    [TestCase(403, "AccessDeniedException", """{"Message":"not you"}""", 403, """{"detail":"not you"}""")]
    [TestCase(429, "ThrottlingException", """{"message":"slower"}""", 429, """{"detail":"slower"}""")]
    [TestCase(500, "InternalServerException", """{"odd":1}""", 500, """{"detail":{"odd":1}}""")]
    public async Task Error_of_the_service_has_its_status_and_message(int status, string type, string body, int expected, string text)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            context.Response.Headers["x-amzn-ErrorType"] = type;
            await context.Response.WriteAsync(body);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream, Keys));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/e/invocations", """{"messages":[{"role":"user","content":"x"}]}""");

        Assert.That((int)response.StatusCode, Is.EqualTo(expected));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(text));
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Silence_of_the_service_is_status_408(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using TestGateway gateway = await TestGateway.StartAsync(
            Yaml(upstream, Keys), new GatewayOptions { UpstreamTimeout = TimeSpan.FromMilliseconds(300) });

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/e/invocations", """{"messages":[{"role":"user","content":"x"}]}""", cancellationToken);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestTimeout));
    }

    [TestCase(false, HttpStatusCode.TooManyRequests, "{\"detail\":\"slower\"}")]
    [TestCase(true, HttpStatusCode.OK, "\"error\":{\"message\":\"slower\",\"type\":\"throttlingException\"}")]
    public async Task Exception_inside_a_stream_is_told(bool isLate, HttpStatusCode status, string words)
    {
        await using FakeUpstream upstream = await StartStreamAsync(
            isLate ? AmazonMessages.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"a"}}""") : AmazonMessages.Event("messageStart", """{"role":"assistant"}"""),
            AmazonMessages.Exception("throttlingException", """{"message":"slower"}"""));
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream, Keys));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/e/invocations", """{"messages":[{"role":"user","content":"x"}],"stream":true}""");

        Assert.That(response.StatusCode, Is.EqualTo(status));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(words).And.Not.Contain("[DONE]"));
    }

    [Test]
    public async Task Stream_that_is_cut_before_its_stop_ends_with_an_error()
    {
        await using FakeUpstream upstream = await StartStreamAsync(AmazonMessages.Event("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"a"}}"""));
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream, Keys));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/e/invocations", """{"messages":[{"role":"user","content":"x"}],"stream":true}""");

        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("broke off").And.Not.Contain("[DONE]"));
    }

    [Test]
    public async Task Inputs_are_embedded_one_after_the_other()
    {
        int calls = 0;
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync($$"""{"embedding":[{{++calls}}.50],"inputTextTokenCount":{{calls}}}""");
        });
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream, Keys, "embeddings"));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/e/invocations", """{"input":["a","b"],"dimensions":3}""");

        Assert.That(upstream.Bodies, Is.EqualTo(new[] { """{"inputText":"a"}""", """{"inputText":"b"}""" }));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(
            """{"object":"list","data":[{"object":"embedding","embedding":[1.50],"index":0},{"object":"embedding","embedding":[2.50],"index":1}],"model":"anthropic.m","usage":{"prompt_tokens":3,"total_tokens":3}}"""));
    }

    [TestCase("""{"prompt":"x","max_tokens":9000}""", "\"max_tokens_to_sample\":8191")]
    [TestCase("""{"prompt":"x"}""", "\"max_tokens_to_sample\":8191")]
    [TestCase("""{"prompt":"x","stop":["a"]}""", "\"stop_sequences\":[\"a\",\"\\n\\nHuman:\"]")]
    public async Task Completion_of_Anthropics_models_keeps_to_Bedrocks_limits(string body, string words)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync("""{"completion":"y","stop_reason":"stop_sequence"}""");
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream, Keys, "completions"));

        await gateway.PostAsync("/gateway/e/invocations", body);

        Assert.That(upstream.Bodies.Single(), Does.Contain(words).And.Not.Contain("\"n\""));
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Role_is_taken_on_once_and_again_when_its_session_ends(CancellationToken cancellationToken)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        int roles = 0;
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            if (context.Request.Path.StartsWithSegments("/sts", StringComparison.Ordinal))
            {
                string end = (clock.GetUtcNow() + TimeSpan.FromSeconds(900)).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
                context.Response.ContentType = "text/xml";
                await context.Response.WriteAsync(
                    $"<A><Credentials><AccessKeyId>ASIA{Interlocked.Increment(ref roles)}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>{end}</Expiration></Credentials></A>",
                    cancellationToken);
                return;
            }

            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Answer, cancellationToken);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(
            Yaml(upstream, $"{Keys}, aws_role_arn: 'arn:r', aws_sts_endpoint_url: '{upstream.Address}/sts'"), new GatewayOptions { TimeProvider = clock });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gateway.PostAsync("/gateway/e/invocations", """{"messages":[{"role":"user","content":"x"}]}""", cancellationToken)));
        int atFirst = roles;
        clock.Advance(TimeSpan.FromSeconds(890));
        await gateway.PostAsync("/gateway/e/invocations", """{"messages":[{"role":"user","content":"x"}]}""", cancellationToken);

        Assert.That((atFirst, roles), Is.EqualTo((1, 2)));
    }

    [TestCase("aws_access_key_id: AKID", "aws_secret_access_key")]
    [TestCase("aws_region: us_east/1", "aws_region: 'us_east/1' is no region; it is a name such as us-east-1")]
    [TestCase("aws_role_arn: r, session_length_seconds: 5", "session_length_seconds")]
    [TestCase("aws_endpoint_url: nonsense", "aws_endpoint_url")]
    [TestCase("aws_bearer_token: $NOT_SET", "aws_bearer_token")]
    public void Wrong_settings_are_refused_at_load(string config, string key)
    {
        string yaml = $"endpoints: [{{ name: e, endpoint_type: llm/v1/chat, model: {{ provider: bedrock, name: m, config: {{ aws_config: {{ {config} }} }} }} }}]";

        GatewayConfigurationException? problem = Assert.Throws<GatewayConfigurationException>(
            () => ConfigurationReader.Read(yaml, "text", new ConfigurationSources { Variable = _ => null, FileText = _ => null }));

        Assert.That(problem!.Message, Does.Contain($"model.config.aws_config.{key}").And.Contain("endpoint 'e'"));
    }

    private static async Task<JsonDocument> SentAsync(string body)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(Answer);
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream, Keys));
        await gateway.PostAsync("/gateway/e/invocations", body);
        return JsonDocument.Parse(upstream.Bodies.Single());
    }

    private static Task<FakeUpstream> StartStreamAsync(params byte[][] messages) => FakeUpstream.StartAsync(async context =>
    {
        context.Response.ContentType = "application/vnd.amazon.eventstream";
        foreach (byte[] message in messages)
        {
            await context.Response.Body.WriteAsync(message);
        }
    });

    private static string Yaml(FakeUpstream upstream, string config, string operation = "chat") =>
        $"endpoints: [{{ name: e, endpoint_type: llm/v1/{operation}, model: {{ provider: bedrock, name: anthropic.m, " +
        $"config: {{ aws_config: {{ aws_region: us-east-1, aws_endpoint_url: '{upstream.Address}', {config} }} }} }} }}]";
}
