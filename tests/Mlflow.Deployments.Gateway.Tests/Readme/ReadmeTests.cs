using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Readme;

/// <summary>What README.md, the pages of docs and the pages of the packages show stands in <see cref="ReadmeExamples"/> and <see cref="DocsExamples"/>, word for word.</summary>
public partial class ReadmeTests
{
    private static readonly string Root = FindRoot();

    [TestCaseSource(nameof(Pages))]
    public void Every_block_of_CSharp_names_its_region(string page)
    {
        var text = File.ReadAllText(Path.Combine(Root, page));

        Assert.That(Blocks().Count(text), Is.EqualTo(Regex.Count(text, "^```csharp", RegexOptions.Multiline, TimeSpan.FromSeconds(1))));
    }

    [TestCaseSource(nameof(ShownBlocks))]
    public void Block_is_the_same_as_its_region(string name, string code) =>
        Assert.That(code, Is.EqualTo(Regions().GetValueOrDefault(name)), $"The page and region '{name}' of ReadmeExamples.cs differ.");

    [Test]
    public void Every_region_is_shown() =>
        Assert.That(Regions().Keys, Is.EquivalentTo(ShownBlocks().Select(block => block.Arguments[0]).Distinct()));

    [Test]
    public void Pages_of_packages_have_no_links_because_they_lead_nowhere_in_a_gallery() =>
        Assert.That(Pages().Where(page => page.StartsWith("src", StringComparison.Ordinal) && File.ReadAllText(Path.Combine(Root, page)).Contains("](", StringComparison.Ordinal)), Is.Empty);

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md")
            .Concat(Directory.EnumerateDirectories(Path.Combine(Root, "src")).Select(project => Path.Combine(project, "README.md")))
            .Select(page => Path.GetRelativePath(Root, page)).Order(StringComparer.Ordinal).Prepend("README.md");

    private static IEnumerable<TestCaseData> ShownBlocks() =>
        Pages().SelectMany(page => Blocks().Matches(File.ReadAllText(Path.Combine(Root, page)))
            .Select(block => new TestCaseData(block.Groups["name"].Value, block.Groups["code"].Value.TrimEnd()).SetArgDisplayNames(page, block.Groups["name"].Value)));

    private static Dictionary<string, string> Regions() =>
        new[] { "Mlflow.Deployments.Gateway.Tests", "Mlflow.Deployments.IntegrationTests" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Root, "tests", project, "Readme"), "*Examples.cs"))
            .SelectMany(file => RegionPattern().Matches(File.ReadAllText(file)))
            .ToDictionary(region => region.Groups["name"].Value, region => Unindent(region.Groups["code"].Value), StringComparer.Ordinal);

    private static string Unindent(string code)
    {
        var lines = code.TrimEnd().Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length < indent ? line : line[indent..]));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Mlflow.Deployments.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run inside the repository: no folder above them has Mlflow.Deployments.sln.");
        }

        return folder.FullName;
    }

    // A region is inside a method and cannot have the using directives that a whole program begins with.
    [GeneratedRegex(@"^<!-- region: (?<name>[a-z-]+) -->\n```csharp\n(using [A-Z][\w.]+;\n+)*(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blocks();

    [GeneratedRegex("^ *#region (?<name>[a-z-]+)\n(?<code>.*?)^ *#endregion", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RegionPattern();
}
