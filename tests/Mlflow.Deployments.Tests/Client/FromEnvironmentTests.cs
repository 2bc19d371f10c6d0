namespace Mlflow.Deployments.Tests.Client;

/// <summary>The variables of MLflow's Python client, read where the options are silent.</summary>
public class FromEnvironmentTests
{
    private static readonly (string, string) Target = ("MLFLOW_DEPLOYMENTS_TARGET", "http://env");

    [Test]
    public void Timeout_retries_and_back_off_are_taken()
    {
        var merged = Merge(
            null, Target, ("MLFLOW_DEPLOYMENT_PREDICT_TIMEOUT", "12.5"), ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "7"), ("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "3"),
            ("MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER", "False"));

        Assert.That(
            (merged.Timeout, merged.MaxRetries, merged.RetryDelay, merged.RespectRetryAfter),
            Is.EqualTo((TimeSpan.FromSeconds(12.5), 7, TimeSpan.FromSeconds(3), false)));
    }

    [Test]
    public void Empty_variables_count_as_none()
    {
        var merged = Merge(null, Target, ("MLFLOW_DEPLOYMENT_PREDICT_TIMEOUT", ""), ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", ""), ("MLFLOW_WORKSPACE", ""), ("MLFLOW_TRACKING_TOKEN", ""));

        Assert.That((merged.Timeout, merged.MaxRetries, merged.DefaultHeaders.Count, merged.Token), Is.EqualTo((TimeSpan.FromMinutes(5), 2, 0, (string?)null)));
    }

    [Test]
    public void Options_win_over_the_variables()
    {
        var options = new DeployClientOptions
        {
            Timeout = TimeSpan.FromSeconds(1), MaxRetries = 1, RetryDelay = TimeSpan.FromSeconds(1), RespectRetryAfter = false, DefaultHeaders = { ["x-mlflow-workspace"] = "mine" },
        };

        var merged = Merge(
            options, Target, ("MLFLOW_DEPLOYMENT_PREDICT_TIMEOUT", "12"), ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "7"), ("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "3"),
            ("MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER", "true"), ("MLFLOW_WORKSPACE", "theirs"));

        Assert.Multiple(() =>
        {
            Assert.That(
                (merged.Timeout, merged.MaxRetries, merged.RetryDelay, merged.RespectRetryAfter),
                Is.EqualTo((TimeSpan.FromSeconds(1), 1, TimeSpan.FromSeconds(1), false)));
            Assert.That(merged.DefaultHeaders, Is.EquivalentTo(new Dictionary<string, string> { ["x-mlflow-workspace"] = "mine" }));
        });
    }

    [Test]
    public void Workspace_becomes_a_header_of_the_client_and_not_of_the_options()
    {
        var options = new DeployClientOptions();

        var merged = Merge(options, Target, ("MLFLOW_WORKSPACE", "team a"));

        Assert.Multiple(() =>
        {
            Assert.That(merged.DefaultHeaders["X-MLFLOW-WORKSPACE"], Is.EqualTo("team a"));
            Assert.That(options.DefaultHeaders, Is.Empty);
        });
    }

    [TestCase("openai", null, null)]
    [TestCase("databricks://team", null, null)]
    [TestCase(" HTTP://gateway.test", "t", "u")]
    public void Credentials_of_the_tracking_server_are_for_MLflows_own_servers(string target, string? expectedToken, string? expectedUser)
    {
        var merged = Merge(
            null, ("MLFLOW_DEPLOYMENTS_TARGET", target), ("MLFLOW_TRACKING_TOKEN", "t"), ("MLFLOW_TRACKING_USERNAME", "u"), ("MLFLOW_TRACKING_PASSWORD", "p"));

        Assert.That((merged.Token, merged.Username), Is.EqualTo((expectedToken, expectedUser)));
    }

    [Test]
    public void Catalog_has_a_time_limit_of_its_own_where_the_options_are_silent() => Assert.Multiple(() =>
    {
        Assert.That(Merge(null, Target).CatalogTimeout, Is.Null);
        Assert.That(Merge(null, Target, ("MLFLOW_DEPLOYMENT_CLIENT_HTTP_REQUEST_TIMEOUT", "7")).CatalogTimeout, Is.EqualTo(TimeSpan.FromSeconds(7)));
        Assert.That(Merge(new() { CatalogTimeout = TimeSpan.FromSeconds(1) }, Target, ("MLFLOW_DEPLOYMENT_CLIENT_HTTP_REQUEST_TIMEOUT", "7")).CatalogTimeout, Is.EqualTo(TimeSpan.FromSeconds(1)));
    });

    [TestCase("0", 0d)]
    [TestCase("1000000", 1e6)]
    public void Numbers_go_from_0_to_a_million(string value, double seconds) =>
        Assert.That(Merge(null, Target, ("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", value)).RetryDelay, Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase("1", true)]
    [TestCase("true", true)]
    [TestCase("TRUE", true)]
    [TestCase("0", false)]
    [TestCase("yes", false)]
    [TestCase("", false)]
    [TestCase(null, false)]
    public void Certificates_go_unchecked_only_where_the_variable_or_the_option_says_so(string? value, bool isInsecure) => Assert.Multiple(() =>
    {
        Assert.That(Merge(null, Target, ("MLFLOW_TRACKING_INSECURE_TLS", value!)).AllowInsecureTls, Is.EqualTo(isInsecure));
        Assert.That(Merge(new() { AllowInsecureTls = true }, Target, ("MLFLOW_TRACKING_INSECURE_TLS", value!)).AllowInsecureTls, Is.True);
    });

    [TestCase("MLFLOW_DEPLOYMENT_PREDICT_TIMEOUT", "x", "The environment variable MLFLOW_DEPLOYMENT_PREDICT_TIMEOUT is 'x'; it must be a number from 0 to 1000000.")]
    [TestCase("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "x", "The environment variable MLFLOW_HTTP_REQUEST_MAX_RETRIES is 'x'; it must be a whole number.")]
    public void Number_that_is_none_is_told_word_by_word(string name, string value, string message) =>
        Assert.That(() => Merge(null, Target, (name, value)), Throws.InvalidOperationException.With.Message.EqualTo(message));

    [Test]
    public void Number_that_is_none_is_told_with_its_variable(
        [Values("MLFLOW_DEPLOYMENT_PREDICT_TIMEOUT", "MLFLOW_HTTP_REQUEST_MAX_RETRIES", "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR")] string name,
        [Values("ten", "1,5", "-1", "NaN", "1e9", " ")] string value) => Assert.That(
        () => Merge(null, Target, (name, value)), Throws.InvalidOperationException.With.Message.Contains(name).And.Message.Contains($"'{value}'"));

    [TestCase("0", false)]
    [TestCase("FALSE", false)]
    [TestCase("1", true)]
    [TestCase("true", true)]
    [TestCase("", true)]
    [TestCase(null, true)]
    public void RespectRetryAfter_is_off_only_for_a_word_that_says_so(string? value, bool expected) =>
        Assert.That(Merge(null, Target, ("MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER", value)).RespectRetryAfter, Is.EqualTo(expected));

    private static DeployClientOptions Merge(DeployClientOptions? options, params (string Name, string? Value)[] variables) =>
        DeployClientOptions.FromEnvironment(options, name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
