using System.Xml.Linq;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace DecodeAlign.Tests;

/// <summary>All packages of the solution, packed once into a folder that apps restore from; nothing of it reaches the user's package folder.</summary>
public sealed class PackageFeed : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    /// <summary>Where the packages lie.</summary>
    internal string Folder => _folder.File("feed");

    /// <summary>NuGet's package folder for the apps: ours are unpacked here, others' are read from the user's where they are there.</summary>
    internal string Packages => _folder.File("packages");

    /// <summary>The version that all packages have.</summary>
    internal string Version { get; private set; } = "";

    /// <summary>The packages by id.</summary>
    internal IReadOnlyDictionary<string, Package> ById { get; private set; } = new Dictionary<string, Package>();

    public async ValueTask InitializeAsync()
    {
        await Command.DotnetAsync(Repository.Root, null, "pack", "DecodeAlign.sln", "-c", "Release", "-o", Folder, "-v", "q");
        ById = Directory.EnumerateFiles(Folder, "*.nupkg").Select(path => new Package(path)).ToDictionary(package => package.Id);
        Version = Assert.Single(ById.Values.Select(package => package.Version).Distinct());
        await WriteConfigurationAsync();
    }

    /// <summary>An empty folder for an app, with a configuration that knows the feed.</summary>
    internal string NewApp(string name) => Directory.CreateDirectory(_folder.File($"apps/{name}")).FullName;

    /// <summary>Runs <c>dotnet</c> with the feed's package folder.</summary>
    internal Task<string> DotnetAsync(string folder, params string[] arguments) => Command.DotnetAsync(folder, Packages, arguments);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task WriteConfigurationAsync()
    {
        var global = (await Command.DotnetAsync(Repository.Root, null, "nuget", "locals", "global-packages", "--list")).Split(':', 2)[1].Trim();
        var configuration = new XElement("configuration",
            new XElement("packageSources", Add("decodealign", Folder)),
            new XElement("packageSourceMapping", Source("decodealign", "DecodeAlign", "DecodeAlign.*"), Source("nuget.org", "*")),
            new XElement("fallbackPackageFolders", Directory.Exists(global) ? Add("user", global) : null));
        Directory.CreateDirectory(_folder.File("apps"));
        configuration.Save(_folder.File("apps/nuget.config"));
    }

    private static XElement Add(string key, string value) => new("add", new XAttribute("key", key), new XAttribute("value", value));

    private static XElement Source(string key, params string[] patterns) =>
        new("packageSource", new XAttribute("key", key), patterns.Select(pattern => new XElement("package", new XAttribute("pattern", pattern))));
}

/// <summary>The tests that share the feed.</summary>
[CollectionDefinition(nameof(PackageFeed))]
public sealed class PackageFeedGroup : ICollectionFixture<PackageFeed>;
