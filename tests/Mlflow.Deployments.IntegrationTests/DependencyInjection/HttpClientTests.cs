using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;
using Polly;

namespace Mlflow.Deployments.IntegrationTests.DependencyInjection;

/// <summary>What a registered client sends through: the builder is the app's to extend, the defaults of all clients do no harm.</summary>
public class HttpClientTests
{
    [Test, CancelAfter(20_000)]
    public async Task Resilience_of_all_clients_neither_retries_nor_cuts_off(CancellationToken cancellationToken)
    {
        var requests = 0;
        await using var server = await FaultServer.StartAsync(context =>
        {
            Interlocked.Increment(ref requests);
            return context.AnswerAsync("{}", status: 500);
        });
        await using var services = Services(server.Address, static services => services.ConfigureHttpClientDefaults(static http => http.AddStandardResilienceHandler()));
        var client = services.GetRequiredService<IDeployClient>();

        Assert.That(async () => await client.PredictAsync("chat", new ChatRequest("Hi"), cancellationToken), Throws.TypeOf<DeployServerException>());
        Assert.That(Volatile.Read(ref requests), Is.EqualTo(1), "the standard handler would have sent it four times");
    }

    [Test, CancelAfter(20_000)]
    public async Task Resilience_of_all_clients_does_not_cut_a_slow_answer_or_a_stream_off(CancellationToken cancellationToken)
    {
        var (clock, arrived, go) = (new FakeTimeProvider(), new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await FaultServer.StartAsync(async context =>
        {
            var isStream = (await context.ReadBodyAsync()).Contains("\"stream\":true", StringComparison.Ordinal);
            arrived.TrySetResult();
            await go.Task;
            await context.AnswerAsync(isStream ? Sse.Text("hi") + Sse.Stop() + Sse.Done : Answers.Chat, isStream ? "text/event-stream" : "application/json");
        });
        await using var services = Services(server.Address, services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.ConfigureHttpClientDefaults(static http => http.AddStandardResilienceHandler());
        });
        var client = services.GetRequiredService<IDeployClient>();

        var answer = client.PredictAsync("chat", new ChatRequest("Hi"), cancellationToken);
        var stream = client.PredictStreamAsync("chat", new ChatRequest("Hi"), cancellationToken).ToChatResponseAsync(cancellationToken);
        await arrived.Task;
        clock.Advance(TimeSpan.FromSeconds(50)); // ten seconds for a try and thirty for the call would be over
        go.SetResult();

        Assert.That(((await answer).Text, (await stream).Text), Is.EqualTo(("Grüße 👩‍🚀", "hi")));
    }

    [Test, CancelAfter(20_000)]
    public async Task Resilience_that_is_added_to_the_clients_own_builder_works_and_takes_the_place_of_our_retries(CancellationToken cancellationToken)
    {
        var requests = 0;
        await using var server = await FaultServer.StartAsync(context => Interlocked.Increment(ref requests) < 4 ? context.AnswerAsync("{}", status: 500) : context.AnswerAsync(Answers.Chat));
        var services = new ServiceCollection();
        services.ConfigureHttpClientDefaults(static http => http.AddStandardResilienceHandler());
        services.AddDeployClient(options => (options.Target, options.Dialect, options.MaxRetries) = (server.Address, DeployDialect.MlflowGateway, 0))
            .AddResilienceHandler("mine", static pipeline => pipeline.AddRetry(new HttpRetryStrategyOptions { MaxRetryAttempts = 3, Delay = TimeSpan.Zero }));
        await using var provider = services.BuildServiceProvider();

        var answer = await provider.GetRequiredService<IDeployClient>().PredictAsync("chat", new ChatRequest("Hi"), cancellationToken);

        Assert.That((answer.Id, requests), Is.EqualTo(("chatcmpl-1", 4)));
    }

    [Test, CancelAfter(20_000)]
    public async Task Defaults_that_are_set_after_the_client_was_added_make_no_difference(CancellationToken cancellationToken)
    {
        var requests = 0;
        await using var server = await FaultServer.StartAsync(context =>
        {
            Interlocked.Increment(ref requests);
            return context.AnswerAsync("{}", status: 504);
        });
        var services = new ServiceCollection();
        services.AddDeployClient(options => (options.Target, options.Dialect) = (server.Address, DeployDialect.MlflowGateway));
        services.ConfigureHttpClientDefaults(static http => http.AddStandardResilienceHandler());
        await using var provider = services.BuildServiceProvider();

        Assert.That(async () => await provider.GetRequiredService<IDeployClient>().PredictAsync("chat", new ChatRequest("Hi"), cancellationToken), Throws.TypeOf<DeployServerException>());
        Assert.That(requests, Is.EqualTo(1));
    }

    [Test, CancelAfter(10_000)]
    public async Task Other_handlers_of_all_clients_stay_such_as_service_discovery(CancellationToken cancellationToken)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        await using var services = Services("http://ai-gateway", services => services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new Discovery(new(gateway.Address)))));

        var answer = await services.GetRequiredService<IDeployClient>().PredictAsync("chat", new ChatRequest("Hi"), cancellationToken);

        Assert.That(answer.Id, Is.EqualTo("chatcmpl-1"));
    }

    [Test, CancelAfter(10_000)]
    public async Task Handlers_and_headers_of_the_builder_take_part(CancellationToken cancellationToken)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        var services = new ServiceCollection();
        services.AddDeployClient(options => (options.Target, options.Dialect) = (gateway.Address, DeployDialect.MlflowGateway))
            .ConfigureHttpClient(http => http.DefaultRequestHeaders.Add("X-Team", "search"));
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<IDeployClient>().PredictAsync("chat", new ChatRequest("Hi"), cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(gateway.Header("X-Team"), Is.EqualTo("search"));
            Assert.That(gateway.Header("User-Agent"), Does.StartWith("mlflow-deployments-dotnet/"));
        });
    }

    [Test]
    public void Sockets_are_set_up_for_streams_and_stay_for_the_life_of_the_singleton()
    {
        SocketsHttpHandler? primary = null;
        var services = new ServiceCollection();
        var builder = services.AddDeployClient("http://gateway").ConfigurePrimaryHttpMessageHandler((handler, _) => primary = (SocketsHttpHandler)handler);
        using var provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<DeployClient>();
        var lifetime = provider.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<Microsoft.Extensions.Http.HttpClientFactoryOptions>>().Get(builder.Name).HandlerLifetime;

        Assert.Multiple(() =>
        {
            Assert.That((primary!.PooledConnectionLifetime, primary.ResponseDrainTimeout, primary.AllowAutoRedirect, primary.UseCookies), Is.EqualTo((TimeSpan.FromMinutes(5), TimeSpan.Zero, false, false)));
            Assert.That(primary.AutomaticDecompression, Is.EqualTo(DecompressionMethods.All));
            Assert.That(lifetime, Is.EqualTo(Timeout.InfiniteTimeSpan));
        });
    }

    [Test, CancelAfter(10_000)]
    public async Task Container_that_is_disposed_ends_the_client_and_its_connections(CancellationToken cancellationToken)
    {
        HttpMessageHandler? primary = null;
        using var gateway = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        var services = new ServiceCollection();
        services.AddDeployClient(gateway.Address).ConfigurePrimaryHttpMessageHandler((handler, _) => primary = handler);
        var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IDeployClient>();
        await client.PredictAsync("chat", new ChatRequest("Hi"), cancellationToken);

        await provider.DisposeAsync();

        using var invoker = new HttpMessageInvoker(primary!, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Address);
        Assert.That(async () => await client.PredictAsync("chat", new ChatRequest("Hi"), cancellationToken), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await invoker.SendAsync(request, cancellationToken), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test, CancelAfter(10_000)]
    public async Task Requests_that_the_factory_logs_show_no_header(CancellationToken cancellationToken)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        using var log = new CollectedLog();
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(log);
        services.ConfigureHttpClientDefaults(static http => http.RedactLoggedHeaders(["X-Other"]));
        services.AddDeployClient(options => (options.Target, options.Dialect, options.Token) = (gateway.Address, DeployDialect.MlflowGateway, "sk-5ecret"));
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<IDeployClient>().PredictAsync("chat", new ChatRequest("Hi"), cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(log.Messages, Has.Some.Contains("Authorization"));
            Assert.That(log.Messages, Has.None.Contains("sk-5ecret"));
        });
    }

    private static ServiceProvider Services(string target, Action<IServiceCollection> register)
    {
        var services = new ServiceCollection();
        register(services);
        services.AddDeployClient(options => (options.Target, options.Dialect) = (target, DeployDialect.MlflowGateway));
        return services.BuildServiceProvider();
    }

    private sealed class Discovery(Uri found) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.That(request.RequestUri!.Host, Is.EqualTo("ai-gateway"));
            request.RequestUri = new(found, request.RequestUri.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
