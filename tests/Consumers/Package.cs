using System.IO.Compression;
using System.Xml.Linq;

namespace DecodeAlign.Tests;

/// <summary>A packed file, as NuGet would read it.</summary>
internal sealed class Package
{
    private readonly XElement _metadata;

    public Package(string path)
    {
        Path = path;
        using var archive = ZipFile.OpenRead(path);
        Files = [.. archive.Entries.Select(entry => entry.FullName)];
        using var nuspec = archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        _metadata = XElement.Load(nuspec).Elements().Single(element => element.Name.LocalName == "metadata");
    }

    public string Path { get; }

    public string Id => Text("id")!;

    public string Version => Text("version")!;

    public bool IsTool => Descendants("packageType").Any(type => (string?)type.Attribute("name") == "DotnetTool");

    public IReadOnlyList<string> Files { get; }

    /// <summary>The dependencies' ids and version ranges.</summary>
    public IReadOnlyList<(string Id, string Version)> Dependencies =>
        [.. Descendants("dependency").Select(dependency => ((string)dependency.Attribute("id")!, (string)dependency.Attribute("version")!))];

    /// <summary>What an element of the nuspec says, or null.</summary>
    public string? Text(string element) => Descendants(element).FirstOrDefault()?.Value;

    /// <summary>An attribute of the nuspec's element on the repository.</summary>
    public string? Repository(string attribute) => (string?)Descendants("repository").Single().Attribute(attribute);

    private IEnumerable<XElement> Descendants(string element) => _metadata.Descendants().Where(child => child.Name.LocalName == element);
}
