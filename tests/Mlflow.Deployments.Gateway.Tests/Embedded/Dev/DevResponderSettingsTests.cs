using Mlflow.Deployments.Gateway.Providers.Embedded.Dev;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded.Dev;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DevResponderSettingsTests
{
    [Test]
    public void FromConfig_nothing_gives_the_defaults()
    {
        DevResponderSettings settings = FromConfig(Map());

        Assert.Multiple(() =>
        {
            Assert.That(settings.Replies, Is.Empty);
            Assert.That(settings.FirstTokenDelay, Is.EqualTo(TimeSpan.Zero));
            Assert.That(settings.TokenDelay, Is.EqualTo(TimeSpan.Zero));
            Assert.That(settings.ErrorRate, Is.Zero);
            Assert.That(settings.ErrorStatus, Is.EqualTo(500));
            Assert.That(settings.ErrorMessage, Is.EqualTo(DevResponderSettings.DefaultErrorMessage));
            Assert.That(settings.MinScore, Is.EqualTo(0.25));
        });
    }

    [Test]
    public void FromConfig_every_key_is_read()
    {
        DevResponderSettings settings = FromConfig(Map(
            ("replies", List(Map(("match", "/^hi/i"), ("reply", "Hello.")), Map(("match", "price"), ("reply", 42L)))),
            ("first_token_delay_ms", 200L),
            ("token_delay_ms", 12.5),
            ("error_rate", 0.5),
            ("error_status", 429L),
            ("error_message", "Slow down"),
            ("min_score", 0.4)));

        Assert.Multiple(() =>
        {
            Assert.That(settings.Replies.Select(r => (r.Match, r.Reply)), Is.EqualTo(new[] { ("/^hi/i", "Hello."), ("price", "42") }));
            Assert.That(settings.FirstTokenDelay, Is.EqualTo(TimeSpan.FromMilliseconds(200)));
            Assert.That(settings.TokenDelay, Is.EqualTo(TimeSpan.FromMilliseconds(12.5)));
            Assert.That(settings.ErrorRate, Is.EqualTo(0.5));
            Assert.That(settings.ErrorStatus, Is.EqualTo(429));
            Assert.That(settings.ErrorMessage, Is.EqualTo("Slow down"));
            Assert.That(settings.MinScore, Is.EqualTo(0.4));
        });
    }

    [TestCase("error_rate", 1.5, "config.error_rate is 1.5; it must be a number from 0 to 1.")]
    [TestCase("error_rate", "often", "config.error_rate is 'often'; it must be a number from 0 to 1.")]
    [TestCase("error_status", 200L, "config.error_status is 200; it must be a number from 400 to 599.")]
    [TestCase("error_status", 404.5, "config.error_status is 404.5; it must be a whole number from 400 to 599.")]
    [TestCase("token_delay_ms", -1L, "config.token_delay_ms is -1; it must be a number from 0 to 600000.")]
    [TestCase("token_delay_ms", double.NaN, "config.token_delay_ms is NaN; it must be a number from 0 to 600000.")]
    [TestCase("min_score", true, "config.min_score is true; it must be a number from -1 to 2.")]
    [TestCase("replies", "hello", "config.replies is 'hello'; it must be a list of maps.")]
    [TestCase("repiles", "hello", "config.repiles is not known.")]
    public void FromConfig_a_wrong_value_names_the_key_and_the_value(string key, object value, string message)
    {
        Assert.That(() => FromConfig(Map((key, value))), Throws.InstanceOf<FormatException>().With.Message.StartsWith(message));
    }

    [Test]
    public void FromConfig_a_map_in_place_of_a_text_is_wrong()
    {
        Assert.That(
            () => FromConfig(Map(("error_message", Map()))),
            Throws.InstanceOf<FormatException>().With.Message.EqualTo("config.error_message is a map; it must be a text."));
    }

    [TestCase("match", null, "config.replies[0].match is missing; it must be a text.")]
    [TestCase("reply", null, "config.replies[0].reply is missing; it must be a text.")]
    [TestCase("match", "/(/", "config.replies[0].match is '/(/'; it must be a part of the question or a valid /regular expression/")]
    [TestCase("when", "x", "config.replies[0].when is not known. Known keys here: match, reply.")]
    public void FromConfig_a_wrong_reply_names_its_place(string key, string? value, string message)
    {
        var reply = new Dictionary<string, object?>(Map(("match", "a"), ("reply", "b")), StringComparer.Ordinal) { [key] = value };

        Assert.That(
            () => FromConfig(Map(("replies", List(reply)))),
            Throws.InstanceOf<FormatException>().With.Message.StartsWith(message));
    }

    [Test]
    public void FromConfig_a_reply_that_is_no_map_names_its_place()
    {
        Assert.That(
            () => FromConfig(Map(("replies", List("hello")))),
            Throws.InstanceOf<FormatException>().With.Message.EqualTo("config.replies[0] is 'hello'; it must be a map."));
    }

    [Test]
    public void FromConfig_everything_that_is_wrong_is_told()
    {
        var problems = new List<string>();

        DevResponderSettings.FromConfig(
            Map(("error_rate", 2L), ("min_score", true), ("replies", List("x", Map(("match", "/(/")))), ("odd", 1L), ("strange", 1L)), problems);

        Assert.That(problems, Has.Count.EqualTo(7));
    }

    private static DevResponderSettings FromConfig(IReadOnlyDictionary<string, object?> config)
    {
        var problems = new List<string>();
        DevResponderSettings settings = DevResponderSettings.FromConfig(config, problems);
        return problems.Count == 0 ? settings : throw new FormatException(string.Join('\n', problems));
    }

    private static Dictionary<string, object?> Map(params (string Key, object? Value)[] entries) =>
        entries.ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal);

    private static List<object?> List(params object?[] items) => [.. items];
}
