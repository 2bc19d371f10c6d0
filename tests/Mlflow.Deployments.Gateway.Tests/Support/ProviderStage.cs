using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Http.Validation;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Providers.Upstream;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Support;

/// <summary>One provider as a configuration makes it, between requests as clients send them and an upstream that is a function. No sockets.</summary>
internal sealed class ProviderStage : IDisposable
{
    private readonly Upstream _upstream;
    private readonly UpstreamPools _pools;
    private readonly EndpointConfig _endpoint;
    private readonly IProvider _provider;

    /// <param name="provider">The provider's name.</param>
    /// <param name="config">Its settings, in YAML's short form without the braces.</param>
    /// <param name="operation">What the endpoint does.</param>
    /// <param name="answer">Answers a request; its body is the second argument.</param>
    /// <param name="sources">Where the configuration gets what it points at; nowhere by default.</param>
    /// <param name="clock">The time; the machine's by default.</param>
    public ProviderStage(
        string provider,
        string config,
        Operation operation,
        Func<HttpRequestMessage, string, HttpResponseMessage> answer,
        ConfigurationSources? sources = null,
        TimeProvider? clock = null)
    {
        _endpoint = Read(provider, config, operation, sources);
        _upstream = new Upstream(answer);
        _pools = new UpstreamPools((_, _) => _upstream);
        TimeProvider time = clock ?? TimeProvider.System;
        var services = new ProviderServices(new UpstreamClient(_pools, UpstreamTimeouts.From(new GatewayOptions { UpstreamTimeout = TimeSpan.FromSeconds(60) }), time), time);
        _provider = _endpoint.Model.Settings.Build(_endpoint.Model.Provider, _endpoint.Model.Name, services);
    }

    /// <summary>The upstream's requests, in order.</summary>
    public IReadOnlyList<SentRequest> Sent => [.. _upstream.Sent];

    /// <summary>The body of the only request, or of the last one.</summary>
    public JsonNode SentJson => JsonNode.Parse(Sent[^1].Body)!;

    /// <summary>An upstream that gives the same JSON each time.</summary>
    public static Func<HttpRequestMessage, string, HttpResponseMessage> Json(string json, HttpStatusCode status = HttpStatusCode.OK) =>
        (_, _) => new HttpResponseMessage(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    /// <summary>An upstream that streams these events.</summary>
    public static Func<HttpRequestMessage, string, HttpResponseMessage> Events(params string[] data) =>
        (_, _) => new HttpResponseMessage { Content = new StringContent(string.Concat(data.Select(x => $"data: {x}\n\n")), Encoding.UTF8, "text/event-stream") };

    public static EndpointConfig Read(string provider, string config, Operation operation, ConfigurationSources? sources = null) =>
        GatewayConfigOf(provider, config, operation, sources).Endpoints[0];

    /// <summary>Asks, and gives the whole answer.</summary>
    public async Task<JsonNode> AskAsync(string body) => JsonNode.Parse((await InvokeAsync(body)).Single())!;

    /// <summary>Asks for a stream, and gives its events.</summary>
    public async Task<List<JsonNode>> StreamAsync(string body) =>
        [.. (await InvokeAsync(body.Insert(body.Length - 1, ",\"stream\":true"))).Select(x => JsonNode.Parse(x)!)];

    /// <summary>Asks, and gives the failure.</summary>
    public async Task<ProviderException> RefuseAsync(string body) => (await Assert.ThrowsAsync<ProviderException>(() => InvokeAsync(body)))!;

    public void Dispose() => _pools.Dispose();

    private static GatewayConfig GatewayConfigOf(string provider, string config, Operation operation, ConfigurationSources? sources) =>
        ConfigurationReader.Read(
            $$"""
            endpoints:
              - name: e
                endpoint_type: {{operation.ToEndpointType()}}
                model: { provider: {{provider}}, name: m, config: { {{config}} } }
            """,
            "test",
            sources ?? new ConfigurationSources { Variable = _ => null, FileText = _ => null });

    private async Task<List<string>> InvokeAsync(string body)
    {
        using NormalizedRequest request = RequestNormalizer.Read(Encoding.UTF8.GetBytes(body), _endpoint.Operation, needsModel: false);
        Assert.That(request.Problems.Select(x => x.Message), Is.Empty);
        var call = new ProviderCall
        {
            Endpoint = _endpoint,
            Operation = _endpoint.Operation,
            IsStream = request.IsStream,
            Body = request.Body.WrittenMemory,
            StreamOptions = request.StreamOptions,
        };
        _provider.Info.Require(call.Operation, call.IsStream);
        using ProviderAnswer answer = await _provider.InvokeAsync(call, CancellationToken.None);
        if (answer.Body is { } whole)
        {
            return [Encoding.UTF8.GetString(whole.WrittenSpan)];
        }

        List<string> events = [];
        await foreach (ReadOnlyMemory<byte> data in answer.Events!)
        {
            events.Add(Encoding.UTF8.GetString(data.Span));
        }

        return events;
    }

    internal sealed record SentRequest(Uri Address, string? Authorization, string Body);

    private sealed class Upstream(Func<HttpRequestMessage, string, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public ConcurrentQueue<SentRequest> Sent { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            Sent.Enqueue(new SentRequest(request.RequestUri!, request.Headers.Authorization?.ToString(), body));
            HttpResponseMessage response = answer(request, body);
            response.RequestMessage = request;
            return response;
        }
    }
}
