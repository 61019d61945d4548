using System.Text;
using System.Text.RegularExpressions;

namespace DecodeAlign.Tests;

/// <summary>Every block of C# that a page of the documentation shows compiles, against the packages.</summary>
[Collection(nameof(PackageFeed))]
public class PageSnippetTests(PackageFeed feed)
{
    // what the text around a block speaks of, where the block itself does not declare it
    private static readonly (string Name, string Type)[] Known =
    [
        ("model", "ILanguageModel"), ("rewardModel", "ILanguageModel"), ("judgeModel", "ILanguageModel"), ("tokenizer", "ITokenizer"), ("client", "ScoreService"), ("reward", "RewardModel"), ("judge", "Judge"),
        ("builder", "WebApplicationBuilder"), ("app", "WebApplication"), ("build", "DecodeAlignBuilder"), ("services", "IServiceProvider"), ("anyDecoder", "IDecoder"), ("rps", "Selection"), ("text", "string"),
    ];

    private const string Support = """
        global using DecodeAlign.Constraints;
        global using DecodeAlign.Cpu;
        global using DecodeAlign.Decoding;
        global using DecodeAlign.DefaultModel;
        global using DecodeAlign.Heuristics;
        global using DecodeAlign.Hosting;
        global using DecodeAlign.MicrosoftTokenizers;
        global using DecodeAlign.Models;
        global using DecodeAlign.Onnx;
        global using DecodeAlign.Remote;
        global using DecodeAlign.Server;
        global using DecodeAlign.Text;
        global using DecodeAlign.Torch;
        global using Microsoft.Extensions.AI;
        global using Microsoft.Extensions.Caching.Memory;
        global using Microsoft.ML.Tokenizers;

        internal sealed class ScoreService { public Task<IReadOnlyList<double>> ScoreAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) => throw new NotSupportedException(); }

        internal sealed class CachingDecoder(IDecoder inner, IMemoryCache cache) : DelegatingDecoder(inner) { public IMemoryCache Cache => cache; }

        """;

    [Fact]
    public async Task Blocks_OfEveryPage_Compile()
    {
        var program = new StringBuilder(Support).Append(await File.ReadAllTextAsync(Repository.File("samples/Constraint/Commas.cs"), TestContext.Current.CancellationToken));
        var count = 0;
        foreach (var page in Directory.GetFiles(Repository.File("docs"), "*.md").Order(StringComparer.Ordinal))
            foreach (Match match in Regex.Matches((await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n"), "```csharp\n(.*?)```", RegexOptions.Singleline))
                program.Append(Wrap(match.Groups[1].Value, $"{Path.GetFileNameWithoutExtension(page).Replace('-', '_')}_{count++}"));
        Assert.InRange(count, 15, 100);
        program.Append("\ninternal static class Program { public static void Main() => Console.WriteLine(\"compiled\"); }\n");
        var app = App.Create(feed, "Pages", Usings(program.ToString()), $"DecodeAlign;DecodeAlign.Hosting;DecodeAlign.Server;DecodeAlign.Torch;DecodeAlign.Onnx;DecodeAlign.Tokenizers.Microsoft;Microsoft.Extensions.AI@{Version("Microsoft.Extensions.AI")}", sdk: "Microsoft.NET.Sdk.Web", properties: "<OutputType>Exe</OutputType><DecodeAlignEmbeddedModel>false</DecodeAlignEmbeddedModel>");
        await app.BuildAsync();
    }

    // the version that the repository itself uses
    private static string Version(string package) => Regex.Match(File.ReadAllText(Repository.File("Directory.Packages.props")), $"Include=\"{Regex.Escape(package)}\" Version=\"([^\"]+)\"").Groups[1].Value;

    private static string Wrap(string block, string name)
    {
        if (Regex.IsMatch(block, @"^internal sealed class ", RegexOptions.Multiline)) return $"\n{block}";
        var parameters = Known.Where(known => Regex.IsMatch(block, $@"\b{known.Name}\b") && !Regex.IsMatch(block, $@"\b(var|IDecoder|IHeuristic) {known.Name}\b")).Select(known => $"{known.Type} {known.Name}");
        return $"\ninternal static class {name}\n{{\n    public static async Task RunAsync({string.Join(", ", parameters)})\n    {{\n{block}\n        await Task.CompletedTask;\n    }}\n}}\n";
    }

    // those of a sample stand in the midst; they go first, and its namespace with them
    private static string Usings(string program)
    {
        program = program.Replace("namespace DecodeAlign.Samples;", "", StringComparison.Ordinal);
        var usings = Regex.Matches(program, @"^(global )?using [\w.]+;\n", RegexOptions.Multiline).Select(match => match.Value).Distinct().ToList();
        return string.Concat(usings.Where(one => one.StartsWith("global", StringComparison.Ordinal))) + Regex.Replace(program, @"^(global )?using [\w.]+;\n", "", RegexOptions.Multiline);
    }
}
