using System.Reflection.Metadata;
using System.Text;

namespace Mlflow.Deployments.Tests.Packages;

/// <summary>What is in the packages; <c>.ci/run</c> packs them before.</summary>
public class PackageTests
{
    private static readonly string[] Ids = ["Mlflow.Deployments", "Mlflow.Deployments.Testing", "Mlflow.Deployments.Gateway", "Mlflow.Deployments.Cli"];
    private static readonly string[] Libraries = Ids[..2];

    [Test]
    public void Client_needs_few_packages_and_no_others()
    {
        using var package = PackedFile.Open("Mlflow.Deployments");
        string[] everywhere =
        [
            "Microsoft.Extensions.AI.Abstractions 10.3.0",
            "Microsoft.Extensions.Diagnostics.HealthChecks 10.0.15",
            "Microsoft.Extensions.Http 10.0.15",
            "Microsoft.Extensions.Logging.Abstractions 10.0.15",
            "Polly.Core 8.9.1",
            "Refit 16.4.0",
        ];

        Print(package);
        Assert.That(package.Dependencies(), Is.EquivalentTo(everywhere.SelectMany(name => new[] { $"net8.0: {name}", $"net10.0: {name}" })
            .Concat(["net8.0: System.Net.ServerSentEvents 10.0.14", "net8.0: System.Text.Json 10.0.15"])));
    }

    [Test]
    public void Fakes_need_the_client_and_WireMock()
    {
        using var package = PackedFile.Open("Mlflow.Deployments.Testing");
        var version = package.Metadata().Element("version")!.Value;

        Print(package);
        Assert.That(package.Dependencies(), Is.EquivalentTo(new[] { "net8.0", "net10.0" }.SelectMany(framework => new[] { $"{framework}: Mlflow.Deployments {version}", $"{framework}: WireMock.Net.Minimal 2.21.0" })));
        Assert.That(package.Metadata().Descendants("frameworkReference").Select(reference => reference.Attribute("name")!.Value).Distinct(), Is.EqualTo(new[] { "Microsoft.AspNetCore.App" }));
    }

    [TestCaseSource(nameof(Libraries))]
    public void Library_has_code_and_documentation_for_each_framework_and_nothing_else(string id)
    {
        using var package = PackedFile.Open(id);

        Assert.That(package.Files, Is.EquivalentTo(new[]
        {
            "README.md", "LICENSE", "icon.png", $"lib/net8.0/{id}.dll", $"lib/net8.0/{id}.xml", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml",
        }));
    }

    [TestCase("Mlflow.Deployments.Gateway", "mlflow-gateway", "Mlflow.Deployments.Gateway.dll")]
    [TestCase("Mlflow.Deployments.Cli", "mlflow-deployments", "mlflow-deployments.dll")]
    public void Tool_has_its_command_and_needs_no_other_package(string id, string command, string program)
    {
        using var package = PackedFile.Open(id);

        Print(package);
        Assert.Multiple(() =>
        {
            Assert.That(package.Metadata().Descendants("dependency"), Is.Empty);
            Assert.That(package.Metadata().Descendants("packageType").Single().Attribute("name")!.Value, Is.EqualTo("DotnetTool"));
            Assert.That(package.Files, Is.SupersetOf(new[] { "README.md", "LICENSE", "icon.png", $"tools/net10.0/any/{program}", "tools/net10.0/any/Mlflow.Deployments.dll" }));
            Assert.That(Encoding.UTF8.GetString(package.Read("tools/net10.0/any/DotnetToolSettings.xml")), Does.Contain($"Command Name=\"{command}\" EntryPoint=\"{program}\""));
        });
    }

    [TestCaseSource(nameof(Ids))]
    public void Metadata_says_what_a_gallery_shows(string id)
    {
        using var package = PackedFile.Open(id);
        var metadata = package.Metadata();

        Assert.Multiple(() =>
        {
            Assert.That(metadata.Element("id")!.Value, Is.EqualTo(id));
            Assert.That(metadata.Element("license")!.Value, Is.EqualTo("Apache-2.0"));
            Assert.That(metadata.Element("readme")!.Value, Is.EqualTo("README.md"));
            Assert.That(metadata.Element("icon")!.Value, Is.EqualTo("icon.png"));
            Assert.That(metadata.Element("tags")!.Value, Does.StartWith("mlflow "));
            Assert.That(metadata.Element("description")!.Value, Has.Length.GreaterThan(40));
            Assert.That(package.Read("icon.png")[..4], Is.EqualTo(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }));
            Assert.That(Encoding.UTF8.GetString(package.Read("README.md")), Does.StartWith($"# {id}\n"));
        });
    }

    [TestCaseSource(nameof(Ids))]
    public void Nothing_names_a_folder_of_the_machine_that_packed_it(string id)
    {
        using var package = PackedFile.Open(id);
        using var symbols = PackedFile.Open(id, ".snupkg");
        var root = Encoding.UTF8.GetBytes(RepositoryFolder.Path + Path.DirectorySeparatorChar);
        var ours = new[] { package, symbols }.SelectMany(file => file.Files.Where(IsOurs).Select(path => (path, Content: file.Read(path)))).ToList();

        Assert.Multiple(() =>
        {
            Assert.That(ours.Select(file => Path.GetExtension(file.path)), Does.Contain(".dll").And.Contain(".pdb"));
            foreach (var (path, content) in ours)
            {
                Assert.That(content.AsSpan().IndexOf(root), Is.EqualTo(-1), path);
            }
        });
    }

    [TestCaseSource(nameof(Ids))]
    public void Symbols_name_sources_by_their_place_in_the_repository(string id)
    {
        using var symbols = PackedFile.Open(id, ".snupkg");
        var pdbs = symbols.Files.Where(path => path.EndsWith(".pdb", StringComparison.Ordinal)).ToList();

        Assert.That(pdbs, Is.Not.Empty);
        foreach (var pdb in pdbs)
        {
            using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(symbols.Read(pdb)));
            var reader = provider.GetMetadataReader();
            Assert.That(reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)), Is.All.StartsWith("/_/"), pdb);
        }
    }

    private static void Print(PackedFile package) =>
        TestContext.Progress.WriteLine($"{package.Metadata().Element("id")!.Value} needs {(package.Dependencies().Any() ? string.Join(", ", package.Dependencies()) : "nothing")}");

    private static bool IsOurs(string path) => Path.GetFileName(path).StartsWith("mlflow", StringComparison.OrdinalIgnoreCase);
}
