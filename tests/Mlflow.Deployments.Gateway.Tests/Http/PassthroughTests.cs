using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Http;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(10_000)]
public sealed class PassthroughTests
{
    // Odd on purpose: spaces, an escape, a number as it was written, an unknown field, a null, and the word "model" in other places.
    private const string Body = """{ "x":1.50,"messages" : [{"role":"user","content":"\u00e9 model","model":"chat"}], "n":null, "model" : "chat" , "y":{"model":"chat"} }""";

    [TestCase("/gateway/openai/v1/chat/completions", "/chat/completions")]
    [TestCase("/gateway/openai/v1/embeddings", "/embeddings")]
    [TestCase("/gateway/openai/v1/responses", "/responses")]
    public async Task Body_passes_byte_for_byte_but_for_the_model_name(string path, string expected, CancellationToken cancellationToken)
    {
        string asked = "";
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(context =>
        {
            asked = $"{context.Request.Path}{context.Request.QueryString}";
            return context.Response.WriteAsync("{ \"odd\" : 1.0 }\n", cancellationToken);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.PostAsync($"{path}?a=b%20c", Body, cancellationToken);

        Assert.That(upstream.Bodies.Single(), Is.EqualTo(Body.Replace("\"model\" : \"chat\"", "\"model\" : \"m\"", StringComparison.Ordinal)));
        Assert.That(asked, Is.EqualTo($"{expected}?a=b%20c"));
        Assert.That(await response.Content.ReadAsStringAsync(cancellationToken), Is.EqualTo("{ \"odd\" : 1.0 }\n"));
    }

    [Test]
    public async Task Error_passes_with_its_status_its_headers_and_its_bytes(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.Response.StatusCode = 418;
            context.Response.ContentType = "application/problem+json; odd=yes";
            context.Response.Headers.RetryAfter = "3";
            context.Response.Headers["x-request-id"] = "r-1";
            context.Response.Headers.SetCookie = "a=b";
            await context.Response.WriteAsync("{\"error\" :\n{}}", cancellationToken);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/openai/v1/responses", Body, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That((int)response.StatusCode, Is.EqualTo(418));
            Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("application/problem+json; odd=yes"));
            Assert.That(response.Headers.GetValues("x-request-id"), Is.EqualTo(new[] { "r-1" }));
            Assert.That(response.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(3)));
            Assert.That(response.Headers.Contains("Set-Cookie"), Is.False);
            Assert.That(response.Content.ReadAsStringAsync(cancellationToken).Result, Is.EqualTo("{\"error\" :\n{}}"));
        });
    }

    [Test]
    public async Task Compressed_answer_stays_compressed(CancellationToken cancellationToken)
    {
        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            await zip.WriteAsync(Encoding.UTF8.GetBytes("{}"), cancellationToken);
        }

        string accepted = "";
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            accepted = context.Request.Headers.AcceptEncoding.ToString();
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(packed.ToArray(), cancellationToken);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);
        using HttpRequestMessage request = Request(("Accept-Encoding", "gzip;q=0.5"));

        using HttpResponseMessage response = await gateway.Client.SendAsync(request, cancellationToken);

        Assert.That(accepted, Is.EqualTo("gzip;q=0.5"));
        Assert.That(response.Content.Headers.ContentEncoding, Is.EqualTo(new[] { "gzip" }));
        Assert.That(await response.Content.ReadAsByteArrayAsync(cancellationToken), Is.EqualTo(packed.ToArray()));
    }

    [Test]
    public async Task Headers_of_the_client_pass_but_for_those_of_the_connection_and_the_credentials(CancellationToken cancellationToken)
    {
        IHeaderDictionary seen = new HeaderDictionary();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(context => CopyAsync(context, seen));
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);
        using HttpRequestMessage request = Request(
            ("Authorization", "Bearer of-the-client"), ("x-api-key", "of-the-client"), ("Cookie", "a=b"), ("X-Custom", "kept"), ("X-Hop", "1"),
            ("Connection", "X-Hop"), ("User-Agent", "tool/1"), ("X-MLflow-Gateway-Caller-Key", "ada"));

        using HttpResponseMessage response = await gateway.Client.SendAsync(request, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(seen.Authorization.ToString(), Is.EqualTo("Bearer sk-test"));
            Assert.That(seen["X-Custom"].ToString(), Is.EqualTo("kept"));
            Assert.That(seen.UserAgent.ToString(), Is.EqualTo("tool/1"));
            Assert.That(seen.Host.ToString(), Is.EqualTo(new Uri(upstream.Address).Authority));
            Assert.That(seen.Keys, Does.Not.Contain("X-Hop").And.Not.Contain("x-api-key").And.Not.Contain("Cookie").And.Not.Contain("X-MLflow-Gateway-Caller-Key"));
        });
    }

    [TestCase("claude-cli/1.0", "Authorization", "Bearer of-the-client")]
    [TestCase("Codex-Desktop/2", "Authorization", "Bearer of-the-client")]
    [TestCase("GeminiCLI/0.1", "x-goog-api-key", "of-the-client")]
    [TestCase("claude-cli/1.0", "X-Other", "1")]
    [TestCase("other/1.0", "Authorization", "Bearer of-the-client")]
    public async Task Programs_that_log_in_themselves_keep_their_credentials(string agent, string header, string value, CancellationToken cancellationToken)
    {
        IHeaderDictionary seen = new HeaderDictionary();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(context => CopyAsync(context, seen));
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);
        bool keeps = !agent.StartsWith("other", StringComparison.Ordinal) && header != "X-Other";
        using HttpRequestMessage request = Request((header, value), ("User-Agent", agent));

        using HttpResponseMessage response = await gateway.Client.SendAsync(request, cancellationToken);

        Assert.That(seen.Authorization.ToString(), Is.EqualTo(!keeps ? "Bearer sk-test" : header == "Authorization" ? value : ""));
        Assert.That(seen[header].ToString(), Is.EqualTo(keeps || header == "X-Other" ? value : "Bearer sk-test"));
    }

    [Test]
    public async Task Stream_passes_piece_by_piece(CancellationToken cancellationToken)
    {
        var next = new TaskCompletionSource();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: a\ndata: 1\r\n", cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
            await next.Task;
            await context.Response.WriteAsync(": end", cancellationToken);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.Client.SendAsync(Request(), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var first = new byte[18];
        await stream.ReadExactlyAsync(first, cancellationToken);
        next.SetResult();
        using var reader = new StreamReader(stream);

        Assert.That(Encoding.UTF8.GetString(first), Is.EqualTo("event: a\ndata: 1\r\n"));
        Assert.That(await reader.ReadToEndAsync(cancellationToken), Is.EqualTo(": end"));
    }

    [Test]
    public async Task Stream_that_breaks_off_ends_in_an_error_event(CancellationToken cancellationToken)
    {
        var arrived = new TaskCompletionSource();
        await using FakeUpstream upstream = await StartBreakingAsync("text/event-stream", "data: {\"a\"", arrived.Task);
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.Client.SendAsync(Request(), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        arrived.SetResult();
        string text = await response.Content.ReadAsStringAsync(cancellationToken);

        Assert.That(text, Does.StartWith("data: {\"a\"\n\ndata: {\"error\":{\"type\":\"upstream_error\",\"message\":").And.EndWith("}}\n\n"));
    }

    [Test]
    public async Task Answer_that_breaks_off_is_cut(CancellationToken cancellationToken)
    {
        var arrived = new TaskCompletionSource();
        await using FakeUpstream upstream = await StartBreakingAsync("application/json", "{", arrived.Task);
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.Client.SendAsync(Request(), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        arrived.SetResult();

        Assert.That(async () => await response.Content.ReadAsStringAsync(cancellationToken), Throws.InstanceOf<HttpRequestException>());
    }

    [TestCase("/gateway/anthropic/v1/messages", Body)]
    [TestCase("/gateway/gemini/v1beta/models/chat:generateContent", "{}")]
    [TestCase("/gateway/gemini/v1beta/models/chat:streamGenerateContent", "{}")]
    public async Task Action_that_the_provider_does_not_have_is_refused_with_those_it_has(string path, string body, CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync("{}");
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.PostAsync(path, body, cancellationToken);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(
            await response.Content.ReadAsStringAsync(cancellationToken),
            Does.Contain("/gateway/openai/v1/chat/completions, /gateway/openai/v1/embeddings, /gateway/openai/v1/responses"));
        Assert.That(upstream.Bodies, Is.Empty);
    }

    [TestCase("{}", 422, "missing")]
    [TestCase("[]", 422, "model_attributes_type")]
    [TestCase("{\"model\":\"chat\"", 422, "json_invalid")]
    [TestCase("{\"model\":\"chat\"} x", 422, "json_invalid")]
    [TestCase("{\"model\":5}", 422, "string_type")]
    [TestCase("{\"model\":\"\\ud800\"}", 422, "json_invalid")]
    [TestCase("{\"\\ud800\":1,\"model\":\"chat\"}", 422, "json_invalid")]
    [TestCase("{\"model\":\"chat\",\"model\":\"chat\"}", 422, "duplicate_key")]
    [TestCase("{\"model\":\"nobody\"}", 404, "nobody")]
    public async Task Body_without_a_usable_model_is_refused(string body, int status, string words, CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync("{}");
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/openai/v1/chat/completions", body, cancellationToken);

        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        Assert.That(await response.Content.ReadAsStringAsync(cancellationToken), Does.Contain(words));
    }

    /// <summary>An upstream that sends the beginning of an answer, and cuts it once that has arrived.</summary>
    private static Task<FakeUpstream> StartBreakingAsync(string type, string beginning, Task arrived) => FakeUpstream.StartAsync(async context =>
    {
        context.Response.ContentType = type;
        await context.Response.WriteAsync(beginning);
        await context.Response.Body.FlushAsync();
        await arrived;
        context.Abort();
    });

    private static HttpRequestMessage Request(params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/gateway/openai/v1/chat/completions")
        {
            Content = new StringContent(Body, Encoding.UTF8, "application/json"),
        };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static Task CopyAsync(HttpContext context, IHeaderDictionary to)
    {
        foreach (var header in context.Request.Headers)
        {
            to.Add(header);
        }

        return Task.CompletedTask;
    }
}
