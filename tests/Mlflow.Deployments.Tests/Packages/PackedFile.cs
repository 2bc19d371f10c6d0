using System.IO.Compression;
using System.Xml.Linq;

namespace Mlflow.Deployments.Tests.Packages;

/// <summary>One packed file, .nupkg or .snupkg, of the folder that MLFLOW_DEPLOYMENTS_FEED names.</summary>
internal sealed class PackedFile : IDisposable
{
    private const string Feed = "MLFLOW_DEPLOYMENTS_FEED";

    private readonly ZipArchive _zip;

    private PackedFile(string path) => _zip = ZipFile.OpenRead(path);

    /// <summary>Gets the paths inside, without what the format itself needs.</summary>
    public IEnumerable<string> Files => _zip.Entries.Select(entry => entry.FullName)
        .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml" && !name.EndsWith(".nuspec", StringComparison.Ordinal));

    /// <summary>Opens a package; without a folder of packages the test is skipped.</summary>
    public static PackedFile Open(string id, string extension = ".nupkg")
    {
        if (Environment.GetEnvironmentVariable(Feed) is not { Length: > 0 } feed)
        {
            Assert.Ignore($"This test looks into packages. Pack them, and name their folder in {Feed}.");
            throw new InvalidOperationException();
        }

        // The version begins with a digit; the name of another package goes on with a letter.
        var found = Directory.GetFiles(feed, $"{id}.*{extension}").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[id.Length + 1])).ToList();
        Assert.That(found, Has.Count.EqualTo(1), $"One {id} must be in {feed}.");
        return new PackedFile(found[0]);
    }

    public byte[] Read(string path)
    {
        using var content = _zip.GetEntry(path)!.Open();
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Reads the elements of the package's description, without their namespace.</summary>
    public XElement Metadata()
    {
        using var content = _zip.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        var root = XElement.Load(content);
        foreach (var element in root.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
        }

        return root.Element("metadata")!;
    }

    /// <summary>Lists the dependencies, as <c>net8.0: Polly.Core 8.9.1</c>; a framework without any as <c>net8.0: nothing</c>.</summary>
    public IEnumerable<string> Dependencies() =>
        from framework in Metadata().Elements("dependencies").Elements("group")
        from dependency in framework.Elements("dependency").Select(found => $"{found.Attribute("id")!.Value} {found.Attribute("version")!.Value}").DefaultIfEmpty("nothing")
        select $"{framework.Attribute("targetFramework")!.Value}: {dependency}";

    public void Dispose() => _zip.Dispose();
}
