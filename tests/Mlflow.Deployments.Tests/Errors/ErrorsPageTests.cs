using System.Text.RegularExpressions;

namespace Mlflow.Deployments.Tests.Errors;

/// <summary><c>docs/errors.md</c> and the exceptions that there are.</summary>
public partial class ErrorsPageTests
{
    private static readonly string[] Names =
        [.. typeof(DeployException).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(DeployException))).Select(type => type.Name)];

    [Test]
    public void Every_exception_is_in_the_table() => Assert.That(NamesIn(TableRows()), Is.SupersetOf(Names));

    [Test]
    public void The_page_names_no_exception_that_there_is_not() => Assert.That(NamesIn(Lines()), Is.SubsetOf(Names));

    [Test]
    public void Every_property_and_option_that_the_page_names_exists()
    {
        var members = typeof(DeployException).Assembly.GetExportedTypes().SelectMany(type => type.GetMembers().Select(member => $"{type.Name}.{member.Name}"));

        Assert.That(Lines().SelectMany(line => QualifiedName().Matches(line)).Select(match => match.Groups["name"].Value).Distinct(), Is.Not.Empty.And.SubsetOf(members));
    }

    private static IEnumerable<string> NamesIn(IEnumerable<string> lines) => lines.SelectMany(line => ExceptionName().Matches(line)).Select(match => match.Value).Distinct();

    private static IEnumerable<string> TableRows() => Lines().Where(line => line.StartsWith('|'));

    private static string[] Lines() => RepositoryFolder.Read("docs", "errors.md").Split('\n');

    [GeneratedRegex(@"\bDeploy\w*Exception\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ExceptionName();

    [GeneratedRegex(@"`(?<name>Deploy\w+\.\w+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QualifiedName();
}
