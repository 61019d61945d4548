using System.Runtime.InteropServices;

namespace DecodeAlign.Tests;

/// <summary>A fresh project that installs packages of the feed.</summary>
internal sealed class App
{
    private readonly PackageFeed _feed;

    private App(PackageFeed feed, string name) => (_feed, Name, Folder) = (feed, name, feed.NewApp(name));

    public string Name { get; }

    public string Folder { get; }

    public string Project => Path.Combine(Folder, $"{Name}.csproj");

    /// <summary>Writes the project.</summary>
    /// <param name="package">The package that it installs, several with ; between them, or null; others than the feed's with @ and their version.</param>
    /// <param name="references">Projects that it refers to.</param>
    /// <param name="properties">More of its project file.</param>
    public static App Create(PackageFeed feed, string name, string program, string? package = null, App[]? references = null, string properties = "<OutputType>Exe</OutputType>", string sdk = "Microsoft.NET.Sdk")
    {
        var app = new App(feed, name);
        File.WriteAllText(app.Project, $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {string.Concat((package?.Split(';') ?? []).Select(one => one.Split('@')).Select(one => $"<PackageReference Include=\"{one[0]}\" Version=\"{(one.Length > 1 ? one[1] : feed.Version)}\" />"))}
                {string.Concat((references ?? []).Select(reference => $"<ProjectReference Include=\"{reference.Project}\" />"))}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(app.Folder, "Program.cs"), program);
        return app;
    }

    /// <summary>Builds it; returns the folder of its output.</summary>
    public async Task<string> BuildAsync()
    {
        var output = Path.Combine(Folder, "out");
        await _feed.DotnetAsync(Folder, "build", "-v", "q", "-o", output);
        return output;
    }

    /// <summary>Publishes it; returns the folder of its output.</summary>
    public async Task<string> PublishAsync(params string[] properties)
    {
        var output = Path.Combine(Folder, "published");
        await _feed.DotnetAsync(Folder, ["publish", "-v", "q", "-o", output, .. properties]);
        return output;
    }

    /// <summary>The program in an output folder.</summary>
    public string Program(string output) => Path.Combine(output, OperatingSystem.IsWindows() ? $"{Name}.exe" : Name);

    public static string[] SingleFile => ["-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false", "-p:PublishSingleFile=true"];

    /// <summary>The files of the embedded model in an output folder.</summary>
    public static IReadOnlyList<string> ModelFiles(string output)
    {
        var folder = Path.Combine(output, "decodealign-model");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)] : [];
    }
}
