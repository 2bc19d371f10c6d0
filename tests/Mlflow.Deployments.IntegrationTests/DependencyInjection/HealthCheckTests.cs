using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.DependencyInjection;

/// <summary>What the health check of an app says about a gateway.</summary>
[CancelAfter(10_000)]
public class HealthCheckTests
{
    private const string Secret = "sk-5ecret";

    [Test]
    public async Task Gateway_that_is_well_is_healthy_with_data(CancellationToken cancellationToken)
    {
        await using var server = await FaultServer.AnsweringAsync("""{"status":"OK"}""");

        var entry = await CheckAsync(server.Address.Replace("http://", $"http://user:{Secret}@", StringComparison.Ordinal), checks => checks.AddDeployClient(), cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(entry.Status, Is.EqualTo(HealthStatus.Healthy));
            Assert.That(entry.Data.Keys, Is.EquivalentTo(new[] { "target", "status", "statusCode", "latencyMs" }));
            Assert.That((entry.Data["target"], entry.Data["status"], entry.Data["statusCode"]), Is.EqualTo((server.Address, "OK", 200)));
            Assert.That(entry.Data["latencyMs"], Is.TypeOf<double>());
            Assert.That(server.Targets, Is.EqualTo(new[] { "/health" }), "the catalogue is not asked where no endpoint is required");
        });
    }

    [Test]
    public async Task Gateway_with_every_required_endpoint_is_healthy(CancellationToken cancellationToken)
    {
        await using var server = await GatewayWithAsync("chat", "embeddings", "more");

        var entry = await CheckAsync(server.Address, checks => checks.AddDeployClient(requiredEndpoints: ["embeddings", "chat"]), cancellationToken);

        Assert.That((entry.Status, entry.Data.ContainsKey("missingEndpoints")), Is.EqualTo((HealthStatus.Healthy, false)));
    }

    [Test]
    public async Task Gateway_without_a_required_endpoint_is_degraded_and_the_endpoint_is_named(CancellationToken cancellationToken)
    {
        await using var server = await GatewayWithAsync("chat");

        var entry = await CheckAsync(server.Address, checks => checks.AddDeployClient(requiredEndpoints: ["chat", "embeddings", "Chat"]), cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(entry.Status, Is.EqualTo(HealthStatus.Degraded));
            Assert.That(entry.Data["missingEndpoints"], Is.EqualTo(new[] { "embeddings", "Chat" }));
            Assert.That(entry.Description, Does.Contain("'embeddings', 'Chat'"));
        });
    }

    [Test]
    public async Task Gateway_that_is_not_well_is_unhealthy_with_its_word(CancellationToken cancellationToken)
    {
        await using var server = await FaultServer.AnsweringAsync("""{"status":"starting"}""", status: 503);

        var entry = await CheckAsync(server.Address, checks => checks.AddDeployClient(requiredEndpoints: ["chat"]), cancellationToken);

        Assert.That((entry.Status, entry.Data["status"], entry.Data["statusCode"]), Is.EqualTo((HealthStatus.Unhealthy, "starting", 503)));
    }

    [Test]
    public async Task Gateway_that_is_gone_has_the_status_that_was_asked_for(CancellationToken cancellationToken)
    {
        var entry = await CheckAsync($"http://user:{Secret}@127.0.0.1:1", checks => checks.AddDeployClient("ai", failureStatus: HealthStatus.Degraded, tags: ["ready"]), cancellationToken, "ai");

        Assert.Multiple(() =>
        {
            Assert.That((entry.Status, entry.Data["target"]), Is.EqualTo((HealthStatus.Degraded, "http://127.0.0.1:1")));
            Assert.That(entry.Tags, Is.EqualTo(new[] { "ready" }));
            Assert.That($"{entry.Description} {entry.Exception}", Does.Contain("no connection could be made").And.Not.Contain(Secret));
        });
    }

    [Test]
    public async Task Gateway_that_hides_its_endpoints_is_unhealthy(CancellationToken cancellationToken)
    {
        await using var server = await FaultServer.StartAsync(context => context.Request.Path == "/health" ? context.AnswerAsync("OK") : context.AnswerAsync("{}", status: 401));

        var entry = await CheckAsync(server.Address, checks => checks.AddDeployClient(requiredEndpoints: ["chat"]), cancellationToken);

        Assert.That((entry.Status, entry.Exception), Is.EqualTo((HealthStatus.Unhealthy, entry.Exception as DeployAuthenticationException)));
        Assert.That(entry.Description, Does.Contain("401"));
    }

    [TestCase("/health")]
    [TestCase("/api/2.0/endpoints/")]
    public async Task Silent_gateway_is_unhealthy_when_the_time_is_over(string silentPath, CancellationToken cancellationToken)
    {
        var (clock, asked) = (new FakeTimeProvider(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var server = await FaultServer.StartAsync(async context =>
        {
            if (context.Request.Path != silentPath)
            {
                await context.AnswerAsync("""{"status":"OK"}""");
                return;
            }

            asked.SetResult();
            await context.UntilAbortedAsync();
        });

        var check = CheckAsync(server.Address, checks => checks.AddDeployClient(requiredEndpoints: ["chat"], timeout: TimeSpan.FromSeconds(2.5)), cancellationToken, clock: clock);
        await asked.Task.WaitAsync(cancellationToken);
        clock.Advance(TimeSpan.FromSeconds(2.5));
        var entry = await check;

        Assert.That((entry.Status, entry.Description, entry.Data["latencyMs"]), Is.EqualTo((HealthStatus.Unhealthy, "The gateway did not answer within 2.5 s.", 2500.0)));
    }

    [Test]
    public async Task Client_with_a_key_is_checked_under_its_own_name(CancellationToken cancellationToken)
    {
        await using var server = await FaultServer.AnsweringAsync("OK", "text/plain");
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddKeyedDeployClient("eu", options => (options.Target, options.Dialect) = (server.Address, DeployDialect.MlflowGateway));
        services.AddHealthChecks().AddDeployClient(serviceKey: "eu");
        await using var provider = services.BuildServiceProvider();

        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellationToken);

        Assert.That(report.Entries["mlflow-deployments-eu"].Status, Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public void Time_that_is_none_is_refused() =>
        Assert.That(() => new ServiceCollection().AddHealthChecks().AddDeployClient(timeout: TimeSpan.Zero), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("timeout"));

    private static async Task<HealthReportEntry> CheckAsync(
        string target, Action<IHealthChecksBuilder> add, CancellationToken cancellationToken, string name = "mlflow-deployments", FakeTimeProvider? clock = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        if (clock is not null)
        {
            services.AddSingleton<TimeProvider>(clock);
        }

        services.AddDeployClient(options => (options.Target, options.Dialect) = (target, DeployDialect.MlflowGateway));
        add(services.AddHealthChecks());
        await using var provider = services.BuildServiceProvider();
        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellationToken);
        return report.Entries[name];
    }

    private static Task<FaultServer> GatewayWithAsync(params string[] endpoints) => FaultServer.StartAsync(context => context.AnswerAsync(
        context.Request.Path == "/health" ? """{"status":"OK"}""" : $$"""{"endpoints":[{{string.Join(',', endpoints.Select(name => Answers.Endpoint(name)))}}],"next_page_token":null}"""));
}
