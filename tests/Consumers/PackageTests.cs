using System.Xml.Linq;

namespace DecodeAlign.Tests;

/// <summary>What each package says of itself.</summary>
[Collection(nameof(PackageFeed))]
public class PackageTests(PackageFeed feed)
{
    [Fact]
    public void Pack_OfTheSolution_MakesThePackagesOfEveryProjectInSrc()
    {
        Assert.Equal(Projects().Select(project => project.Id).Order(), feed.ById.Keys.Order());
        Assert.Superset(new HashSet<string> { "DecodeAlign", "DecodeAlign.Decoding", "DecodeAlign.Hosting", "DecodeAlign.Tokenizers.Microsoft", "DecodeAlign.Tool", "DecodeAlign.Torch" }, feed.ById.Keys.ToHashSet());
    }

    [Fact]
    public void Metadata_OfEveryPackage_IsWhole() => Assert.All(feed.ById.Values, package =>
    {
        Assert.False(package.Text("description") is null or "Package Description", $"{package.Id} needs a <Description> in its project file");
        Assert.Equal("MIT", package.Text("license"));
        Assert.NotNull(package.Text("projectUrl"));
        Assert.NotNull(package.Text("releaseNotes"));
        Assert.Equal(package.Text("projectUrl"), package.Repository("url"));
        Assert.Contains(package.Text("icon"), package.Files);
        Assert.Contains(package.Text("readme"), package.Files);
    });

    [Fact]
    public void Symbols_OfEveryAssemblyOfOurs_AreInTheSymbolPackage() => Assert.All(feed.ById.Values, package =>
    {
        var ours = package.Files.Where(file => Path.GetFileName(file).StartsWith("DecodeAlign", StringComparison.OrdinalIgnoreCase) && file.EndsWith(".dll", StringComparison.Ordinal)).ToList();
        if (ours.Count > 0) Assert.Superset(ours.Select(file => Path.ChangeExtension(file, ".pdb")).ToHashSet(), new Package(Path.ChangeExtension(package.Path, ".snupkg")).Files.ToHashSet());
    });

    [Fact]
    public void Dependencies_OfEveryPackage_AreThoseThatItsProjectNames() => Assert.All(Projects(), project =>
    {
        var package = feed.ById[project.Id];
        var listed = package.Dependencies.Select(dependency => dependency.Id).ToHashSet();
        if (package.IsTool) Assert.Empty(listed);
        else
        {
            Assert.Subset(project.Named, listed);
            Assert.Superset(project.Always, listed);
        }
        // they see each other's internals
        Assert.All(package.Dependencies.Where(dependency => feed.ById.ContainsKey(dependency.Id)), dependency => Assert.Equal($"[{feed.Version}]", dependency.Version));
    });

    [Fact]
    public void Model_IsInOnePackageAndTheTool_WithItsCardAndAttribution()
    {
        var carriers = feed.ById.Values.Where(package => package.Files.Any(file => file.EndsWith("model.safetensors", StringComparison.Ordinal))).ToList();
        Assert.Equal(["DecodeAlign.DefaultModel", "DecodeAlign.Tool"], carriers.Select(package => package.Id).Order());
        Assert.All(carriers, package =>
        {
            Assert.Contains(package.Files, file => file.EndsWith("decodealign-model/MODEL_CARD.md", StringComparison.Ordinal));
            Assert.Contains(package.Files, file => file.EndsWith("decodealign-model/ATTRIBUTION.md", StringComparison.Ordinal));
        });
    }

    /// <summary>The projects in src: their package's id, all the packages that they name, and those that they name without a condition.</summary>
    private static List<(string Id, HashSet<string> Named, HashSet<string> Always)> Projects()
    {
        var files = Directory.GetFiles(Repository.File("src"), "*.csproj", SearchOption.AllDirectories);
        var ids = files.ToDictionary(file => Path.GetFileName(file), file => XElement.Load(file).Descendants("PackageId").FirstOrDefault()?.Value ?? $"DecodeAlign.{Path.GetFileNameWithoutExtension(file)}");
        return [.. files.Select(file =>
        {
            var references = XElement.Load(file).Descendants().Where(element => element.Name.LocalName is "PackageReference" or "ProjectReference").ToList();
            return (ids[Path.GetFileName(file)], references.Select(Named).ToHashSet(), references.Where(reference => !reference.AncestorsAndSelf().Any(element => element.Attribute("Condition") is not null)).Select(Named).ToHashSet());
        })];

        string Named(XElement reference)
        {
            var include = (string)reference.Attribute("Include")!;
            return ids.GetValueOrDefault(include.Split('/', '\\')[^1], include);
        }
    }
}
