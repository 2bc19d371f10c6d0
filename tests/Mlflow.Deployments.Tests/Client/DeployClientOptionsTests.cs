namespace Mlflow.Deployments.Tests.Client;

public class DeployClientOptionsTests
{
    private static readonly TestCaseData[] Nonsense =
    [
        Case(o => o.Timeout = TimeSpan.Zero, "Timeout"),
        Case(o => o.FirstByteTimeout = TimeSpan.FromSeconds(-5), "FirstByteTimeout"),
        Case(o => o.StreamIdleTimeout = TimeSpan.Zero, "StreamIdleTimeout"),
        Case(o => o.MaxRetries = 11, "MaxRetries"),
        Case(o => o.MaxRetries = -1, "MaxRetries"),
        Case(o => o.MaxRetryAfter = TimeSpan.FromSeconds(-1), "MaxRetryAfter"),
        Case(o => o.MaxEventBytes = 0, "MaxEventBytes"),
        Case(o => o.DefaultHeaders["bad name"] = "x", "bad name"),
        Case(o => o.DefaultHeaders["Content-Type"] = "x", "Content-Type"),
        Case(o => o.DefaultHeaders["X-A"] = "a\r\nb", "X-A"),
        Case(o => o.DefaultHeaders["X-A"] = "ä", "X-A"),
        Case(o => o.RetryDelay = TimeSpan.FromSeconds(-1), "RetryDelay"),
        Case(o => o.RetryMode = (RetryMode)7, "RetryMode"),
        Case(o => o.MaxConcurrentRequests = 0, "MaxConcurrentRequests"),
        Case(o => o.CircuitBreaker = new() { FailureRatio = 0 }, "FailureRatio"),
        Case(o => o.CircuitBreaker = new() { MinimumThroughput = 1 }, "MinimumThroughput"),
        Case(o => o.CircuitBreaker = new() { BreakDuration = TimeSpan.Zero }, "BreakDuration"),
        Case(o => o.TimeProvider = null!, "TimeProvider"),
        Case(o => o.Password = "p", "Password"),
        Case(o => o.Dialect = (DeployDialect)99, "Dialect"),
        Case(o => o.RetryMode = (RetryMode)9, "RetryMode"),
        Case(o => o.RetryDelay = TimeSpan.FromSeconds(-1), "RetryDelay"),
        Case(o => o.MaxConcurrentRequests = 0, "MaxConcurrentRequests"),
        Case(o => o.CircuitBreaker = new() { FailureRatio = 0 }, "CircuitBreaker:FailureRatio"),
        Case(o => o.CircuitBreaker = new() { FailureRatio = double.NaN }, "CircuitBreaker:FailureRatio"),
        Case(o => o.CircuitBreaker = new() { MinimumThroughput = 1 }, "CircuitBreaker:MinimumThroughput"),
        Case(o => o.CircuitBreaker = new() { SamplingDuration = TimeSpan.FromMilliseconds(1) }, "CircuitBreaker:SamplingDuration"),
        Case(o => o.CircuitBreaker = new() { BreakDuration = TimeSpan.FromDays(2) }, "CircuitBreaker:BreakDuration"),
    ];

    [TestCaseSource(nameof(Nonsense))]
    public void Client_with_an_option_that_makes_no_sense_throws_and_names_it(Action<DeployClientOptions> set, string name)
    {
        var options = new DeployClientOptions();
        set(options);

        Assert.That(() => new DeployClient("http://gateway.test", options), Throws.ArgumentException.With.Property("ParamName").EqualTo("options").And.Message.Contains(name));
    }

    private static readonly TestCaseData[] Problems =
    [
        Case(o => o.Timeout = TimeSpan.Zero, "Timeout is 00:00:00; it must be positive and up to 49 days, or Timeout.InfiniteTimeSpan for no limit."),
        Case(o => o.CatalogTimeout = TimeSpan.FromDays(49) + TimeSpan.FromTicks(1), "CatalogTimeout is 49.00:00:00.0000001; it must be positive and up to 49 days, or Timeout.InfiniteTimeSpan for no limit."),
        Case(o => o.MaxRetryAfter = TimeSpan.FromTicks(-1), "MaxRetryAfter is -00:00:00.0000001; it must not be negative."),
        Case(o => o.MaxRetries = 11, "MaxRetries is 11; it must be from 0 to 10."),
        Case(o => o.RetryMode = (RetryMode)7, "RetryMode is 7, which is no mode."),
        Case(o => o.RetryDelay = TimeSpan.FromTicks(-1), "RetryDelay is -00:00:00.0000001; it must not be negative."),
        Case(o => o.MaxConcurrentRequests = 0, "MaxConcurrentRequests is 0; it must be at least 1, or null for no limit."),
        Case(o => o.Token = "a\n", "Token has a character that headers cannot carry: a line break from a file, or a letter beyond ASCII."),
        Case(o => o.DefaultHeaders["bad name"] = "x", "DefaultHeaders has 'bad name', which is no name of a request header."),
        Case(o => o.DefaultHeaders["X-A"] = "ä", "DefaultHeaders['X-A'] has a character that headers cannot carry; only printable ASCII goes."),
        Case(o => o.MaxEventBytes = 0, "MaxEventBytes is 0; it must be positive."),
        Case(o => o.TimeProvider = null!, "TimeProvider is null; leave it out for the system's clock."),
        Case(o => o.Password = "p", "Password is set without Username."),
        Case(o => o.Dialect = (DeployDialect)99, "Dialect is 99, which is no dialect."),
    ];

    private static readonly TestCaseData[] Limits =
    [
        Case(o => o.Timeout = TimeSpan.FromDays(49), "the longest time"),
        Case(o => o.Timeout = TimeSpan.FromTicks(1), "the shortest time"),
        Case(o => o.MaxRetryAfter = TimeSpan.Zero, "no patience"),
        Case(o => o.MaxRetries = 0, "no retries"),
        Case(o => o.MaxRetries = 10, "the most retries"),
        Case(o => o.RetryDelay = TimeSpan.Zero, "no delay"),
        Case(o => o.MaxConcurrentRequests = 1, "one request at a time"),
        Case(o => o.MaxEventBytes = 1, "one byte"),
        Case(o => o.Token = " ~", "the first and the last character of ASCII that is printed"),
        Case(o => o.Username = "u", "a user without a password"),
    ];

    [TestCaseSource(nameof(Problems))]
    public void Option_that_makes_no_sense_is_told_word_by_word(Action<DeployClientOptions> set, string problem)
    {
        var options = new DeployClientOptions();
        set(options);

        Assert.That(options.Problems(), Is.EqualTo(new[] { problem }));
    }

    [TestCaseSource(nameof(Limits))]
    public void Option_at_its_limit_is_fine(Action<DeployClientOptions> set, string what)
    {
        var options = new DeployClientOptions();
        set(options);

        Assert.That(options.Problems(), Is.Empty, what);
    }

    [Test]
    public void Client_with_infinite_time_limits_is_made()
    {
        var options = new DeployClientOptions { Timeout = Timeout.InfiniteTimeSpan, FirstByteTimeout = Timeout.InfiniteTimeSpan, StreamIdleTimeout = Timeout.InfiniteTimeSpan };

        Assert.That(() => new DeployClient("http://gateway.test", options).Dispose(), Throws.Nothing);
    }

    [Test]
    public void FromEnvironment_takes_target_and_credentials_where_the_options_are_silent()
    {
        var merged = DeployClientOptions.FromEnvironment(null, Environment(
            ("MLFLOW_DEPLOYMENTS_TARGET", "http://env"), ("MLFLOW_TRACKING_TOKEN", "t"), ("MLFLOW_TRACKING_USERNAME", "u"),
            ("MLFLOW_TRACKING_PASSWORD", "p"), ("MLFLOW_TRACKING_INSECURE_TLS", "True")));

        Assert.That((merged.Target, merged.Token, merged.Username, merged.Password, merged.AllowInsecureTls), Is.EqualTo(("http://env", "t", "u", "p", true)));
    }

    [Test]
    public void FromEnvironment_leaves_what_the_options_say_and_does_not_change_them()
    {
        var options = new DeployClientOptions { Target = "http://mine", Token = "mine" };

        var merged = DeployClientOptions.FromEnvironment(options, Environment(("MLFLOW_DEPLOYMENTS_TARGET", "http://env"), ("MLFLOW_TRACKING_USERNAME", "u")));

        Assert.Multiple(() =>
        {
            Assert.That((merged.Target, merged.Token, merged.Username), Is.EqualTo(("http://mine", "mine", (string?)null)));
            Assert.That(merged, Is.Not.SameAs(options));
        });
    }

    [TestCase("MLFLOW_TRACKING_USERNAME")]
    [TestCase("MLFLOW_TRACKING_PASSWORD")]
    public void FromEnvironment_with_half_of_the_Basic_credentials_takes_the_token_only(string half)
    {
        var merged = DeployClientOptions.FromEnvironment(null, Environment(("MLFLOW_DEPLOYMENTS_TARGET", "http://env"), (half, "x"), ("MLFLOW_TRACKING_TOKEN", "t")));

        Assert.That((merged.Token, merged.Username, merged.Password), Is.EqualTo(("t", (string?)null, (string?)null)));
    }

    [Test]
    public void FromEnvironment_without_a_target_names_both_ways_to_give_one() => Assert.That(
        () => DeployClientOptions.FromEnvironment(null, Environment()),
        Throws.InvalidOperationException.With.Message.Contains("MLFLOW_DEPLOYMENTS_TARGET").And.Message.Contains("DeployClientOptions.Target"));

    [Test]
    public void DefaultHeaders_is_never_null() =>
        Assert.That(() => new DeployClientOptions { DefaultHeaders = null! }, Throws.ArgumentNullException);

    [Test]
    public void Options_are_copied_whole()
    {
        var options = new DeployClientOptions();
        foreach (var property in typeof(DeployClientOptions).GetProperties().Where(property => property.CanWrite))
        {
            property.SetValue(options, Other(property.PropertyType, property.GetValue(options)));
        }

        var copy = new DeployClientOptions(options);

        Assert.Multiple(() =>
        {
            foreach (var property in typeof(DeployClientOptions).GetProperties())
            {
                // The circuit breaker's options are copied too.
                Assert.That(property.GetValue(copy), property.PropertyType == typeof(CircuitBreakerOptions) ? Is.Not.Null : Is.EqualTo(property.GetValue(options)), property.Name);
            }
        });
    }

    [Test]
    public void CircuitBreaker_is_copied_whole_and_not_shared()
    {
        var breaker = new CircuitBreakerOptions { FailureRatio = 0.25, MinimumThroughput = 7, SamplingDuration = TimeSpan.FromMinutes(3), BreakDuration = TimeSpan.FromMinutes(4) };

        var copy = new DeployClientOptions(new() { CircuitBreaker = breaker }).CircuitBreaker!;

        Assert.Multiple(() =>
        {
            Assert.That(copy, Is.Not.SameAs(breaker));
            foreach (var property in typeof(CircuitBreakerOptions).GetProperties())
            {
                Assert.That(property.GetValue(copy), Is.EqualTo(property.GetValue(breaker)), property.Name);
            }
        });
    }

    private static TestCaseData Case(Action<DeployClientOptions> set, string name) => new(set, name);

    private static object? Other(Type type, object? value) => value switch
    {
        bool flag => !flag,
        int number => number + 1,
        TimeSpan span => span + TimeSpan.FromSeconds(1),
        TimeProvider => new Microsoft.Extensions.Time.Testing.FakeTimeProvider(),
        IDictionary<string, string> => new Dictionary<string, string> { ["x"] = "y" },
        _ when type == typeof(string) => "other",
        RetryMode => RetryMode.Mlflow,
        _ when type == typeof(CircuitBreakerOptions) => new CircuitBreakerOptions(),
        _ when type == typeof(int?) => 3,
        _ when type == typeof(TimeSpan?) => TimeSpan.FromSeconds(7),
        _ when type == typeof(DeployDialect?) => DeployDialect.MlflowGateway,
        _ when type == typeof(Func<CancellationToken, ValueTask<string>>) => (CancellationToken _) => ValueTask.FromResult("t"),
        _ when type == typeof(Microsoft.Extensions.Logging.ILoggerFactory) => Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
        _ => throw new NotSupportedException($"The test knows no other value of {type}."),
    };

    private static Func<string, string?> Environment(params (string Name, string Value)[] variables) =>
        name => variables.FirstOrDefault(variable => variable.Name == name).Value;
}
