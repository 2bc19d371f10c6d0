using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Mlflow.Deployments.IntegrationTests.DependencyInjection;

/// <summary>What a wrong setting is told as, and when.</summary>
public class OptionsValidationTests
{
    private static readonly (string Key, string Value)[] Valid = [("Mlflow:Deployments:Target", "http://gateway")];

    [TestCase("Timeout", "00:00:00", "Mlflow:Deployments:Timeout is 00:00:00; it must be positive")]
    [TestCase("Timeout", "soon", "Mlflow:Deployments:Timeout is 'soon'; a time is expected")]
    [TestCase("Timeout", "30", "Mlflow:Deployments:Timeout is '30'; a time is expected as hours:minutes:seconds", TestName = "A time without colons is refused, not taken for days")]
    [TestCase("Timeuot", "00:01:00", "Mlflow:Deployments:Timeuot is no setting of a client. Known are: Target, ")]
    [TestCase("MaxRetries", "many", "Mlflow:Deployments:MaxRetries is 'many'; a whole number is expected")]
    [TestCase("MaxRetries", "11", "Mlflow:Deployments:MaxRetries is 11; it must be from 0 to 10")]
    [TestCase("Dialect", "Mlflo", "Mlflow:Deployments:Dialect is 'Mlflo'; one of MlflowGateway, ")]
    [TestCase("Dialect", "99", "Mlflow:Deployments:Dialect is 99, which is no dialect")]
    [TestCase("IncludeStreamUsage", "yes", "Mlflow:Deployments:IncludeStreamUsage is 'yes'; true or false is expected")]
    [TestCase("CircuitBreaker", "on", "Mlflow:Deployments:CircuitBreaker is a value; a section is expected")]
    [TestCase("CircuitBreaker:FailureRatio", "2", "Mlflow:Deployments:CircuitBreaker:FailureRatio is 2; it must be above 0")]
    [TestCase("CircuitBreaker:FailureRatio", "half", "Mlflow:Deployments:CircuitBreaker:FailureRatio is 'half'; a number is expected")]
    [TestCase("CircuitBreaker:Ratio", "0.5", "Mlflow:Deployments:CircuitBreaker:Ratio is no setting of a client")]
    [TestCase("DefaultHeaders", "X-A: b", "Mlflow:Deployments:DefaultHeaders is a value; a section is expected")]
    [TestCase("DefaultHeaders:X A", "b", "Mlflow:Deployments:DefaultHeaders has 'X A'")]
    [TestCase("DefaultHeaders:X-A:B", "b", "Mlflow:Deployments:DefaultHeaders:X-A has no value")]
    [TestCase("Token:Value", "t", "Mlflow:Deployments:Token is a section; a text is expected")]
    [TestCase("Timeout:Seconds", "5", "Mlflow:Deployments:Timeout is a section; a time is expected")]
    [TestCase("TimeProvider", "x", "Mlflow:Deployments:TimeProvider cannot be set in the configuration")]
    [TestCase("Password", "p", "Mlflow:Deployments:Password is set without Username")]
    [TestCase("Target", "gateway", "Mlflow:Deployments:Target: The target 'gateway' is no URL")]
    [TestCase("Target", "http://a\uFFFDb", "Mlflow:Deployments:Target: The target 'http://a\uFFFDb' is no http or https URL")]
    [TestCase("Target", "ftp://gateway", "Mlflow:Deployments:Target: The target 'ftp://gateway' is no http or https URL")]
    [TestCase("Target", "", "Mlflow:Deployments:Target is missing.")]
    public void Wrong_setting_is_one_line_with_its_path(string key, string value, string line) =>
        Assert.That(Problems([.. Valid, ($"Mlflow:Deployments:{key}", value)]), Is.EqualTo(new[] { line }).Using<string, string>((actual, expected) => actual.StartsWith(expected, StringComparison.Ordinal)));

    [Test]
    public void Every_problem_has_a_line_of_its_own()
    {
        var problems = Problems(
            ("Mlflow:Deployments:Timeout", "x"), ("Mlflow:Deployments:MaxRetries", "-1"), ("Mlflow:Deployments:CircuitBreaker:FailureRatio", "x"),
            ("Mlflow:Deployments:CircuitBreaker:BreakDuration", "x"), ("Mlflow:Deployments:Colour", "blue"));

        Assert.Multiple(() =>
        {
            Assert.That(problems.Select(problem => problem.Split(' ')[0]["Mlflow:Deployments:".Length..]), Is.EquivalentTo(
                new[] { "Timeout", "MaxRetries", "CircuitBreaker:FailureRatio", "CircuitBreaker:BreakDuration", "Colour", "Target" }));
            Assert.That(problems, Has.None.Contains("\n"));
        });
    }

    [Test]
    public void Missing_target_names_every_way_to_give_one() => Assert.That(
        Problems().Single(),
        Does.Contain("Mlflow:Deployments:Target").And.Contain("Mlflow__Deployments__Target").And.Contain("AddDeployClient(\"http://").And.Contain("DeployClientOptions.Target").And.Contain("MLFLOW_DEPLOYMENTS_TARGET"));

    [Test]
    public void No_problem_repeats_a_secret()
    {
        const string Secret = "sk-5ecret";

        var problems = Problems(
            ("Mlflow:Deployments:Target", $"ftp://user:{Secret}@gateway"), ("Mlflow:Deployments:Token", $"{Secret}\n"), ("Mlflow:Deployments:Password", Secret),
            ("Mlflow:Deployments:DefaultHeaders:X-Key", $"{Secret}\n"), ("Mlflow:Deployments:Tokken", Secret), ("Mlflow:Deployments:TokenProvider", Secret));

        Assert.Multiple(() =>
        {
            Assert.That(problems, Has.Count.EqualTo(6));
            Assert.That(problems, Has.None.Contains(Secret));
        });
    }

    [Test, CancelAfter(10_000)]
    public void Host_with_a_wrong_setting_does_not_start(CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection([new("Mlflow:Deployments:Timeout", "00:00:00")]);
        builder.Services.AddDeployClient("http://gateway");
        using var host = builder.Build();

        Assert.That(
            async () => await host.StartAsync(cancellationToken),
            Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith("Mlflow:Deployments:Timeout is 00:00:00"));
    }

    [Test, CancelAfter(10_000)]
    public void Host_with_a_wrong_setting_of_a_client_with_a_key_does_not_start(CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection([new("Gateways:eu:MaxRetries", "99"), new("Gateways:eu:Target", "http://eu")]);
        builder.Services.AddKeyedDeployClient("eu", builder.Configuration.GetSection("Gateways:eu"));
        using var host = builder.Build();

        Assert.That(async () => await host.StartAsync(cancellationToken), Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith("Gateways:eu:MaxRetries is 99"));
    }

    [Test]
    public void Problem_of_a_client_with_a_key_and_without_a_section_names_the_key()
    {
        var services = new ServiceCollection();
        services.AddKeyedDeployClient("eu", options => options.MaxRetries = 11);
        using var provider = services.BuildServiceProvider();

        Assert.That(
            () => provider.GetRequiredKeyedService<IDeployClient>("eu"),
            Throws.TypeOf<OptionsValidationException>().With.Property("Failures").EqualTo(new[] { "DeployClient 'eu': MaxRetries is 11", "DeployClient 'eu': Target is missing." })
                .Using<string, string>((actual, expected) => actual.StartsWith(expected, StringComparison.Ordinal)));
    }

    [Test]
    public void Sections_of_other_clients_inside_the_section_are_no_unknown_settings()
    {
        var configuration = AddDeployClientTests.Configuration(("Mlflow:Deployments:Target", "http://main"), ("Mlflow:Deployments:eu:Target", "http://eu"));
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddDeployClient();
        services.AddKeyedDeployClient("eu", configuration.GetSection("Mlflow:Deployments:eu"));
        using var provider = services.BuildServiceProvider();

        Assert.That((provider.GetRequiredService<DeployClient>().Server, provider.GetRequiredKeyedService<DeployClient>("eu").Server), Is.EqualTo(("http://main", "http://eu")));
    }

    [Test]
    public void Target_without_the_credentials_it_needs_is_a_problem_as_it_is_without_registration()
    {
        const string Target = "databricks://a-profile-that-nobody-has";
        var problem = Problems(("Mlflow:Deployments:Target", Target)).Single();
        var without = Assert.Catch<ArgumentException>(() => new DeployClient(Target, new()).Dispose());

        Assert.That(problem, Is.EqualTo($"Mlflow:Deployments:Target: {without!.Message.Replace($" (Parameter '{without.ParamName}')", "", StringComparison.Ordinal)}"));
    }

    [Test]
    public void Options_of_the_same_type_that_no_client_uses_are_not_checked()
    {
        var services = new ServiceCollection();
        services.AddDeployClient("http://x");
        services.Configure<DeployClientOptions>("mine", options => options.MaxRetries = 99);
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<IOptionsMonitor<DeployClientOptions>>().Get("mine").MaxRetries, Is.EqualTo(99));
    }

    private static List<string> Problems(params (string Key, string Value)[] settings)
    {
        // A later value for the same key wins, as it does between the sources of a configuration.
        var last = settings.GroupBy(setting => setting.Key).Select(group => group.Last()).ToArray();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(AddDeployClientTests.Configuration(last));
        services.AddDeployClient();
        using var provider = services.BuildServiceProvider();
        return Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IDeployClient>())!.Failures.ToList();
    }
}
