using System.Text;
using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Tests.Support;

/// <summary>A gateway on a free port, with a client.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly GatewayApplication _gateway;

    private TestGateway(GatewayApplication gateway)
    {
        _gateway = gateway;
        // A client that leaves shall leave at once: draining a stream takes two seconds.
        Client = new HttpClient(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero }) { BaseAddress = gateway.Address };
    }

    public HttpClient Client { get; }

    public Uri Address => _gateway.Address;

    public static async Task<TestGateway> StartAsync(string yaml, GatewayOptions? options = null) =>
        new(await GatewayApplication.StartAsync((options ?? new GatewayOptions()) with { ConfigYaml = yaml, Port = 0 }));

    /// <summary>Starts a gateway that watches its file.</summary>
    public static async Task<TestGateway> StartFromFileAsync(string path, GatewayOptions options) =>
        new(await GatewayApplication.StartAsync(options with { ConfigPath = path, Port = 0 }));

    /// <summary>Starts a gateway with the configuration that is built in.</summary>
    public static async Task<TestGateway> StartBuiltInAsync() => new(await GatewayApplication.StartAsync(new GatewayOptions { Port = 0 }));

    /// <summary>Starts a gateway with the endpoints <c>chat</c>, <c>completions</c> and <c>embeddings</c> over one upstream.</summary>
    public static Task<TestGateway> StartAsync(FakeUpstream upstream, GatewayOptions? options = null) =>
        StartAsync(Yaml(upstream.Address), options);

    public static string Yaml(string upstream) => $$"""
        endpoints:
          - name: chat
            endpoint_type: llm/v1/chat
            model: &model { provider: openai, name: m, config: { openai_api_key: sk-test, openai_api_base: "{{upstream}}" } }
          - { name: completions, endpoint_type: llm/v1/completions, model: *model }
          - { name: embeddings, endpoint_type: llm/v1/embeddings, model: *model }
        """;

    public Task<HttpResponseMessage> PostAsync(string path, string json, CancellationToken cancellationToken = default) =>
        Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), cancellationToken);

    /// <summary>Changes files and waits until the gateway has seen it.</summary>
    public async Task<ReloadStatus> AfterReloadAsync(Action change, CancellationToken cancellationToken)
    {
        var reloaded = new TaskCompletionSource<ReloadStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        _gateway.Reload!.Reloaded = status => reloaded.TrySetResult(status);
        change();
        return await reloaded.Task.WaitAsync(cancellationToken);
    }

    public Task StopAsync() => _gateway.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _gateway.DisposeAsync();
    }
}
