using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.DependencyInjection;

/// <summary>What is registered, and from where its settings come.</summary>
public class AddDeployClientTests
{
    [Test, CancelAfter(10_000)]
    public async Task Client_registered_with_a_target_answers_under_both_types_and_is_one(CancellationToken cancellationToken)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        await using var services = new ServiceCollection().Also(services => services.AddDeployClient(gateway.Address)).BuildServiceProvider(validateScopes: true);

        var client = services.GetRequiredService<IDeployClient>();
        var answer = await client.PredictAsync("chat", new ChatRequest("Hi"), cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Text, Is.EqualTo("Grüße 👩‍🚀"));
            Assert.That(services.GetRequiredService<DeployClient>(), Is.SameAs(client));
            Assert.That(services.CreateScope().ServiceProvider.GetRequiredService<IDeployClient>(), Is.SameAs(client));
        });
    }

    [Test]
    public void Section_of_the_app_is_read_without_being_named_and_code_wins() => Assert.Multiple(() =>
    {
        (string, string)[] settings = [("Mlflow:Deployments:Target", "http://from-settings"), ("Mlflow:Deployments:MaxRetries", "7"), ("Mlflow:Deployments:Timeout", "00:01:30")];
        Assert.That(Read(services => services.AddDeployClient(), settings), Has.Property("Target").EqualTo("http://from-settings"));
        Assert.That(Read(services => services.AddDeployClient("http://from-code"), settings), Has.Property("Target").EqualTo("http://from-code").And.Property("MaxRetries").EqualTo(7));
        Assert.That(
            Read(services => services.AddDeployClient(options => options.MaxRetries++), settings),
            Has.Property("Target").EqualTo("http://from-settings").And.Property("MaxRetries").EqualTo(8).And.Property("Timeout").EqualTo(TimeSpan.FromSeconds(90)));
    });

    [Test]
    public void Section_that_is_given_takes_the_place_of_the_apps()
    {
        var configuration = Configuration(("Other:Target", "http://other"), ("Mlflow:Deployments:MaxRetries", "7"), ("Mlflow:Deployments:Target", "http://root"));

        Assert.Multiple(() =>
        {
            Assert.That(
                Read(services => services.AddSingleton<IConfiguration>(configuration).AddDeployClient(configuration.GetSection("Other"))),
                Has.Property("Target").EqualTo("http://other").And.Property("MaxRetries").EqualTo(2));
            Assert.That(Read(services => services.AddDeployClient(configuration)), Has.Property("Target").EqualTo("http://root"), "a whole configuration");
        });
    }

    [Test]
    public void Delegate_with_services_sees_the_services_of_the_app()
    {
        var options = Read(services =>
        {
            services.AddSingleton(new Uri("http://from-a-service"));
            services.AddDeployClient((provider, options) => options.Target = provider.GetRequiredService<Uri>().ToString());
        });

        Assert.That(options.Target, Is.EqualTo("http://from-a-service/"));
    }

    [Test]
    public void Every_setting_is_read()
    {
        var options = Read(
            services => services.AddDeployClient(),
            ("Mlflow:Deployments:target", "http://user:pw@host"),
            ("Mlflow:Deployments:Dialect", "openai"),
            ("Mlflow:Deployments:Token", "t"),
            ("Mlflow:Deployments:Username", "u"),
            ("Mlflow:Deployments:Password", "p"),
            ("Mlflow:Deployments:DefaultHeaders:X-Team", "search"),
            ("Mlflow:Deployments:AllowInsecureTls", "true"),
            ("Mlflow:Deployments:Timeout", "infinite"),
            ("Mlflow:Deployments:CatalogTimeout", "00:00:05.5"),
            ("Mlflow:Deployments:FirstByteTimeout", "1.00:00:00"),
            ("Mlflow:Deployments:StreamIdleTimeout", "00:02:00"),
            ("Mlflow:Deployments:MaxEventBytes", "2000"),
            ("Mlflow:Deployments:IncludeStreamUsage", "False"),
            ("Mlflow:Deployments:MaxRetries", "0"),
            ("Mlflow:Deployments:RetryMode", "Mlflow"),
            ("Mlflow:Deployments:RetryDelay", "00:00:00"),
            ("Mlflow:Deployments:RespectRetryAfter", "false"),
            ("Mlflow:Deployments:MaxRetryAfter", "00:00:10"),
            ("Mlflow:Deployments:CircuitBreaker:FailureRatio", "0.25"),
            ("Mlflow:Deployments:CircuitBreaker:MinimumThroughput", "3"),
            ("Mlflow:Deployments:CircuitBreaker:SamplingDuration", "00:00:20"),
            ("Mlflow:Deployments:CircuitBreaker:BreakDuration", "00:00:07"),
            ("Mlflow:Deployments:MaxConcurrentRequests", "4"),
            ("Mlflow:Deployments:EnableSensitiveData", "true"));

        Assert.Multiple(() =>
        {
            Assert.That((options.Target, options.Dialect, options.Token, options.Username, options.Password), Is.EqualTo(("http://user:pw@host", DeployDialect.OpenAI, "t", "u", "p")));
            Assert.That(options.DefaultHeaders, Is.EqualTo(new Dictionary<string, string> { ["X-Team"] = "search" }));
            Assert.That((options.Timeout, options.CatalogTimeout, options.FirstByteTimeout), Is.EqualTo((Timeout.InfiniteTimeSpan, TimeSpan.FromSeconds(5.5), TimeSpan.FromDays(1))));
            Assert.That((options.StreamIdleTimeout, options.RetryDelay, options.MaxRetryAfter), Is.EqualTo((TimeSpan.FromMinutes(2), TimeSpan.Zero, TimeSpan.FromSeconds(10))));
            Assert.That((options.MaxEventBytes, options.MaxRetries, options.MaxConcurrentRequests, options.RetryMode), Is.EqualTo((2000, 0, 4, RetryMode.Mlflow)));
            Assert.That((options.AllowInsecureTls, options.IncludeStreamUsage, options.RespectRetryAfter, options.EnableSensitiveData), Is.EqualTo((true, false, false, true)));
            Assert.That(
                (options.CircuitBreaker!.FailureRatio, options.CircuitBreaker.MinimumThroughput, options.CircuitBreaker.SamplingDuration, options.CircuitBreaker.BreakDuration),
                Is.EqualTo((0.25, 3, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(7))));
        });
    }

    [Test]
    public void Every_property_of_the_options_is_a_setting_or_said_to_be_of_code_only()
    {
        string[] codeOnly = ["TokenProvider", "TimeProvider", "LoggerFactory"];
        var settings = typeof(DeployClientOptions).GetProperties().Select(property => property.Name).ToList();

        Assert.That(Extensions.DependencyInjection.OptionsBinder.Names.Concat(codeOnly), Is.EquivalentTo(settings));
    }

    [Test, CancelAfter(10_000)]
    public async Task Clients_with_keys_have_settings_credentials_and_servers_of_their_own(CancellationToken cancellationToken)
    {
        using var europe = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        using var america = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        var configuration = Configuration(("Gateways:us:Target", america.Address), ("Gateways:us:Dialect", "MlflowGateway"));
        var services = new ServiceCollection();
        services.AddKeyedDeployClient("eu", options => (options.Target, options.Token, options.Dialect) = (europe.Address, "t-eu", DeployDialect.MlflowGateway));
        services.AddKeyedDeployClient("us", configuration.GetSection("Gateways:us"));
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredKeyedService<IDeployClient>("eu").PredictAsync("chat", new ChatRequest("Hi"), cancellationToken);
        await provider.GetRequiredKeyedService<DeployClient>("us").PredictAsync("chat", new ChatRequest("Hi"), cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That((europe.Header("Authorization"), america.Header("Authorization")), Is.EqualTo(("Bearer t-eu", (string?)null)));
            Assert.That(provider.GetRequiredKeyedService<IDeployClient>("eu"), Is.SameAs(provider.GetRequiredKeyedService<DeployClient>("eu")));
            Assert.That(provider.GetService<IDeployClient>(), Is.Null);
        });
    }

    [Test]
    public void Keys_of_other_types_are_told_apart()
    {
        var services = new ServiceCollection();
        services.AddKeyedDeployClient(1, "http://one");
        services.AddKeyedDeployClient("1", "http://text");
        services.AddKeyedDeployClient(DayOfWeek.Monday, (_, options) => options.Target = "http://monday");
        using var provider = services.BuildServiceProvider();

        Assert.That(
            new object[] { 1, "1", DayOfWeek.Monday }.Select(key => provider.GetRequiredKeyedService<DeployClient>(key).Server),
            Is.EqualTo(new[] { "http://one", "http://text", "http://monday" }));
    }

    [Test]
    public void Key_that_is_no_name_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new ServiceCollection().AddKeyedDeployClient("", "http://x"), Throws.ArgumentException.With.Message.Contains("key"));
        Assert.That(() => new ServiceCollection().AddKeyedDeployClient(KeyedService.AnyKey, "http://x"), Throws.ArgumentException.With.Message.Contains("key"));
        Assert.That(() => new ServiceCollection().AddKeyedDeployClient(null!, "http://x"), Throws.ArgumentNullException);
    });

    [Test]
    public void Client_that_is_registered_already_stays()
    {
        using var mine = new DeployClient("http://mine");
        var services = new ServiceCollection().AddSingleton<IDeployClient>(mine);
        services.AddDeployClient("http://other");
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<IDeployClient>(), Is.SameAs(mine));
    }

    [Test]
    public void Registered_twice_is_one_client_with_the_later_settings()
    {
        var services = new ServiceCollection();
        services.AddDeployClient("http://first");
        services.AddDeployClient("http://second");
        using var provider = services.BuildServiceProvider();

        Assert.Multiple(() =>
        {
            Assert.That(provider.GetServices<IDeployClient>().Count(), Is.EqualTo(1));
            Assert.That(provider.GetRequiredService<DeployClient>().Server, Is.EqualTo("http://second"));
        });
    }

    [Test]
    public void Clock_and_logs_are_those_of_the_app_where_the_options_are_silent()
    {
        var clock = new FakeTimeProvider();
        using var log = new CollectedLog();
        var options = Read(services => services.AddSingleton<TimeProvider>(clock).AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(log).AddDeployClient("http://x"));

        Assert.Multiple(() =>
        {
            Assert.That(options.TimeProvider, Is.SameAs(clock));
            Assert.That(options.LoggerFactory, Is.SameAs(log));
        });
    }

    internal static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value))).Build();

    private static DeployClientOptions Read(Action<IServiceCollection> register, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection().AddSingleton<IConfiguration>(Configuration(settings));
        register(services);
        return services.BuildServiceProvider().GetRequiredService<IOptions<DeployClientOptions>>().Value;
    }
}
