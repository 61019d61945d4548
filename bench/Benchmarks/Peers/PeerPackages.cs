using System.Text.Json;

namespace DecodeAlign.Benchmarks;

/// <summary>Versions of the packages that this program was built with: their assemblies do not tell them.</summary>
internal static class PeerPackages
{
    public static string Version(string package)
    {
        var path = Path.ChangeExtension(typeof(PeerPackages).Assembly.Location, ".deps.json");
        if (!File.Exists(path)) return "of unknown version";
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name.Split('/')).FirstOrDefault(name => name[0] == package)?[1] ?? "of unknown version";
    }
}
