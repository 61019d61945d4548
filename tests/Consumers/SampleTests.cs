using System.Text.RegularExpressions;

namespace DecodeAlign.Tests;

/// <summary>The samples that are programs of their own, run as their reader would run them.</summary>
public class SampleTests
{
    [Fact]
    public async Task Judge_OnTheStoryModel_GivesVerdictsThatParse()
    {
        var said = await RunAsync("samples/Judge");
        Assert.Equal(3, Regex.Count(said, "^.*: (Poor|Fair|Good), meets the task: (True|False)$", RegexOptions.Multiline));
    }

    [Fact]
    public async Task Heuristic_OfOnesOwn_KeepsTheContractAndTakesCommasAway()
    {
        var said = await RunAsync("samples/Heuristic");
        Assert.Contains("FewCommas keeps the contract.", said, StringComparison.Ordinal);
        var commas = Regex.Matches(said, @"(\d+) commas:").Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(2, commas.Length);
        Assert.True(commas[1] < commas[0], said);
    }

    [Fact]
    public async Task Constraint_OfOnesOwn_KeepsTheContractAndHolds()
    {
        var said = await RunAsync("samples/Constraint");
        Assert.Contains("Commas keeps the contract.", said, StringComparison.Ordinal);
        foreach (var count in (int[])[0, 4]) Assert.Equal(count, Text(said, $"{count} commas:").Count(letter => letter == ','));
        Assert.DoesNotContain('i', Text(said, "no letter i:"));

        static string Text(string said, string after) => said.Split(after)[1].Split("\n\n")[0];
    }

    [Fact]
    public async Task Extraction_OnTheStoryModel_GivesARecordThatParses() =>
        Assert.Matches(@"number [A-Z]-\d{4}, date \d{4}-\d\d-\d\d, due (\d{4}-\d\d-\d\d)?, \S+ (EUR|USD|GBP), paid: (True|False)", await RunAsync("samples/Extraction"));

    [Fact]
    public async Task SemanticKernel_OverADecoder_WritesBothWords()
    {
        var said = await RunAsync("samples/SemanticKernel");
        Assert.Matches(@"(?i)\bfox\b", said);
        Assert.Matches(@"(?i)\briver\b", said);
    }

    [Fact]
    public async Task Tools_BySemanticKernelAndByAnAgent_AreCalledWithWhatTheyTake()
    {
        var said = await RunAsync("samples/Tools");
        Assert.Equal(2, Regex.Count(said, @"^fed: (Fox|Hippo) with -?\d+ apples$", RegexOptions.Multiline));
        Assert.Matches("(?m)^Semantic Kernel: .+$", said);
        Assert.Matches("(?m)^Agent: .+$", said);
    }

    [Fact]
    public async Task Benchmarks_WithAJobOfTheCommandLine_HaveAResultInEveryRow()
    {
        var said = await Command.DotnetAsync(Repository.Root, null, "run", "-c", "Release", "--project", "bench/Benchmarks", "--", "--filter", "*HeuristicBenchmarks*", "--job", "dry", "--artifacts", Path.Combine(Path.GetTempPath(), "decodealign-benchmarks"));
        Assert.Equal(6, Regex.Count(said, @"^\| (Incremental|WholeString) +\| \d+ +\| +[\d.,]+ [nmu]?s \|", RegexOptions.Multiline));
    }

    private static Task<string> RunAsync(string project) => Command.DotnetAsync(Repository.Root, null, "run", "-c", "Release", "--project", project);
}
