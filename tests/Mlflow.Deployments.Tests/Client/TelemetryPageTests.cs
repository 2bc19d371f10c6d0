using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Mlflow.Deployments.Telemetry;

namespace Mlflow.Deployments.Tests.Client;

/// <summary>docs/telemetry.md and the log messages, attributes and metrics that there are.</summary>
public partial class TelemetryPageTests
{
    [Test]
    public void Every_log_message_is_in_the_table_and_no_other()
    {
        var messages = typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().Select(message => $"| {message.EventId} | {message.EventName} | {message.Level} |");

        Assert.That(LogRow().Matches(Page()).Select(row => row.Value), Is.EquivalentTo(messages).And.Not.Empty);
    }

    [Test]
    public void Every_attribute_and_metric_is_named()
    {
        var page = Page();
        var names = typeof(Names).GetFields().Select(field => (string)field.GetRawConstantValue()!)
            .Concat([Instruments.Duration.Name, Instruments.TokenUsage.Name, Instruments.TimeToFirstChunk.Name, Instruments.TimePerOutputChunk.Name]);

        // A table may name a family by its first member and the others by their ends.
        Assert.That(names.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal) && !page.Contains($"`.{name.Split('.', 3)[^1]}`", StringComparison.Ordinal)), Is.Empty);
    }

    private static string Page() => RepositoryFolder.Read("docs", "telemetry.md");

    [GeneratedRegex(@"^\| \d+ \| \w+ \| \w+ \|", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LogRow();
}
