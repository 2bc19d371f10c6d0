using System.Net;
using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers;

/// <summary>Bytes of an upstream that no reader can make sense of.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UnreadableBytesTests
{
    private const string Chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"TEXT\"}}]}\n\n";

    [Test]
    public async Task Body_that_does_not_match_its_encoding_is_a_bad_gateway(
        [Values("gzip", "br", "deflate")] string encoding, [Values] bool isStream, [Values(200, 400)] int status)
    {
        (HttpStatusCode code, byte[] body) = await PlayAsync("not compressed at all"u8.ToArray(), isStream, status, encoding);

        AssertBadGateway(code, body, "Content-Encoding");
    }

    [TestCase(200, """{"choices":[{"index":0,"message":{"role":"assistant","content":"TEXT"}}]}""", "UTF-8")]
    [TestCase(200, """{"error":{"message":"TEXT"}}""", "UTF-8")]
    [TestCase(400, """{"error":{"message":"TEXT"}}""", "UTF-8")]
    [TestCase(400, """{"error":{"message":"x","type":"TEXT"}}""", "UTF-8")]
    [TestCase(400, """{"detail":"TEXT"}""", "UTF-8")]
    [TestCase(400, """{"error":{"message":"\uD800"}}""", "not JSON")]
    [TestCase(200, """{"error":{"message":"\uD800"}}""", "'choices' is missing")]
    [TestCase(200, """{"created":"x",oops""", "'created' is not a number")]
    public async Task Json_that_is_no_text_is_a_bad_gateway(int status, string json, string words)
    {
        (HttpStatusCode code, byte[] body) = await PlayAsync(Bytes(json), isStream: false, status);

        AssertBadGateway(code, body, words);
    }

    [Test]
    public async Task Stream_that_begins_with_no_text_is_a_bad_gateway()
    {
        (HttpStatusCode code, byte[] body) = await PlayAsync(Bytes(Chunk), isStream: true, status: 200);

        AssertBadGateway(code, body, "UTF-8");
    }

    [TestCase("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"TEXT\"}}]}\n\n", "UTF-8")]
    [TestCase("data: {\"error\":{\"message\":\"TEXT\"}}\n\n", "UTF-8")]
    [TestCase("data: {\"error\":{\"message\":\"\\uD800\"}}\n\n", "'choices' is missing")]
    public async Task Stream_that_goes_on_with_no_text_ends_with_an_error_event(string part, string words)
    {
        byte[] good = Encoding.UTF8.GetBytes(Chunk);

        (HttpStatusCode code, byte[] body) = await PlayAsync([.. good, .. Bytes(part)], isStream: true, status: 200);

        string[] events = Encoding.UTF8.GetString(body).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.That(code, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(events, Has.Length.EqualTo(2));
        using JsonDocument error = JsonDocument.Parse(events[1]["data: ".Length..]);
        Assert.That(error.RootElement.GetProperty("error").GetProperty("message").GetString(), Does.Contain(words));
    }

    private static byte[] Bytes(string text)
    {
        string[] parts = text.Split("TEXT");
        return parts.Length == 1 ? Encoding.UTF8.GetBytes(text) : [.. Encoding.UTF8.GetBytes(parts[0]), 0xFF, 0xFE, .. Encoding.UTF8.GetBytes(parts[1])];
    }

    private static void AssertBadGateway(HttpStatusCode code, byte[] body, string words)
    {
        Assert.That(code, Is.EqualTo(HttpStatusCode.BadGateway));
        using JsonDocument document = JsonDocument.Parse(body);
        Assert.That(document.RootElement.GetProperty("detail").GetString(), Does.Contain(words));
    }

    private static async Task<(HttpStatusCode Status, byte[] Body)> PlayAsync(byte[] answer, bool isStream, int status, string? encoding = null)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = isStream && status == 200 ? "text/event-stream" : "application/json";
            if (encoding is not null)
            {
                context.Response.Headers.ContentEncoding = encoding;
            }

            await context.Response.Body.WriteAsync(answer);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);
        string body = isStream ? """{"messages":[{"role":"user","content":"x"}],"stream":true}""" : """{"messages":[{"role":"user","content":"x"}]}""";
        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", body);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }
}
