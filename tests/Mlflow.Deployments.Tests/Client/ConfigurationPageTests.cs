using System.Text;
using System.Xml.Linq;

namespace Mlflow.Deployments.Tests.Client;

/// <summary>docs/configuration.md has every option, in the words of its documentation.</summary>
public class ConfigurationPageTests
{
    private const string Update = "MLFLOW_DEPLOYMENTS_UPDATE_DOCS";
    private const string Begin = "<!-- options: begin -->\n";
    private const string End = "<!-- options: end -->";

    private static readonly string[] CodeOnly = [nameof(DeployClientOptions.TokenProvider), nameof(DeployClientOptions.TimeProvider), nameof(DeployClientOptions.LoggerFactory)];

    [Test]
    public void Page_is_what_the_documentation_of_the_options_says()
    {
        var path = Path.Combine(RepositoryFolder.Path, "docs", "configuration.md");
        var page = File.ReadAllText(path);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var expected = Table();
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(path, page[..begin] + expected + page[end..]);
            return;
        }

        Assert.That(page[begin..end], Is.EqualTo(expected), $"The page is old. Run this test once with {Update}=1; it writes the page anew.");
    }

    [Test]
    public void Every_option_has_a_row()
    {
        var names = typeof(DeployClientOptions).GetProperties().Concat(typeof(CircuitBreakerOptions).GetProperties()).Select(property => property.Name);

        Assert.That(names.Where(name => !Table().Contains($"`{name}`", StringComparison.Ordinal) && !Table().Contains($":{name}`", StringComparison.Ordinal)), Is.Empty);
    }

    private static string Table()
    {
        var docs = XDocument.Load(Path.ChangeExtension(typeof(DeployClientOptions).Assembly.Location, ".xml")).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);
        var text = new StringBuilder("| setting | what it is | value |\n| --- | --- | --- |\n");
        foreach (var property in typeof(DeployClientOptions).GetProperties())
        {
            Row(text, docs[$"P:{property.DeclaringType}.{property.Name}"], property.Name, CodeOnly.Contains(property.Name) ? " (in code only)" : string.Empty);
            foreach (var inner in property.PropertyType == typeof(CircuitBreakerOptions) ? typeof(CircuitBreakerOptions).GetProperties() : [])
            {
                Row(text, docs[$"P:{inner.DeclaringType}.{inner.Name}"], $"{property.Name}:{inner.Name}", string.Empty);
            }
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, XElement docs, string name, string note)
    {
        var summary = Words(docs.Element("summary")!);
        summary = summary.StartsWith("Gets or sets ", StringComparison.Ordinal) ? char.ToUpperInvariant(summary[13]) + summary[14..] : summary;
        var remarks = docs.Element("remarks") is { } found ? $" {Words(found)}" : string.Empty;
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{name}`{note} | {summary}{remarks} | {Words(docs.Element("value")!)} |\n");
    }

    // <see cref="P:Mlflow.Deployments.DeployClientOptions.Timeout" /> is `Timeout`, <c>x</c> is `x`.
    private static string Words(XElement element) => string.Join(' ', string.Concat(element.Nodes().Select(node => node switch
    {
        XText words => words.Value,
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('(')[0].Split('.')[^1]}`",
        XElement other => $"`{other.Value}`",
        _ => string.Empty,
    })).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
