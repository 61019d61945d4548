using System.Text.Json;

namespace DecodeAlign.Tests;

/// <summary>Native builds print, bit for bit, what the managed one prints, with the same kernels.</summary>
public class NativeTests
{
    private static readonly string[] Deal = ["generate", "Once upon a time", "--decoder", "deal", "--heuristic", "vividness=default", "--lambda", "5", "--max-tokens", "40", "--json=all"];

    private static readonly string[][] Lines =
    [
        Deal,
        ["generate", "Once upon a time", "--must-include", "fox", "--must-include", "river", "--max-tokens", "40", "-v"],
        ["generate", "Once upon a time", "--heuristic", "coverage=fox,river", "--decoder", "deal-paper", "--lookahead", "4", "--max-tokens", "12", "--json"],
        ["generate", "A fox as JSON: ", "--json-schema", "fox.schema.json", "--json"],
        ["generate", "The sky is", "--grammar", "sky.gbnf", "--quiet"],
        ["generate", "My number is ", "--regex", "[0-9]{3}-[0-9]{4}", "--json"],
        ["generate", "Once upon a time", "--decoder", "rps", "--preference", "positivity=0.8,brevity=0.6", "--max-tokens", "12", "-v"],
        ["generate", "Once upon a time", "--decoder", "sweep", "--heuristic", "vividness=default", "--heuristic", "brevity=default", "--steps", "3", "--max-tokens", "10", "--front", "--front-page", "front.html"],
        ["generate", "Once upon a time", "--decoder", "particles", "--heuristic", "grade=2", "--max-tokens", "12", "--seed", "3", "--json"],
        ["generate", "Once upon a time", "--decoder", "mbr", "--answers", "4", "--max-tokens", "12", "--json=all"],
        ["generate", "Once upon a time", "--decoder", "tournament", "--answers", "4", "--max-tokens", "8", "--criterion", "The happier story is better.", "--json"],
        ["generate", "Once upon a time", "--must-include", "fox", "--max-tokens", "12", "--trace", "trace.html"],
        ["generate", "Once upon a time", "--profile", "vivid", "--max-tokens", "10", "--trace", "trace.jsonl"],
        ["generate", "Once upon a time", "--max-tokens", "10", "--weight-format", "q8", "--kv-format", "bf16", "--json"],
        ["generate", "Once upon a time", "--negative-prompt", "A sad story:", "--max-tokens", "10", "--stream"],
        ["generate", "--prompts", "prompts.jsonl", "--out", "results.jsonl", "--max-tokens", "8"],
        ["generate", "Once upon a time", "--lambda", "x"],
        ["generate", "Once upon a time", "--nonsense", "--json"],
        ["generate", "Once upon a time", "--heuristic", "onnx-label=no-such-folder#joy"],
        ["generate", "Once upon a time", "--model", "no-such-folder"],
        ["calibrate", "Once upon a time", "--heuristic", "grade=2", "--heuristic", "distinct=3", "--out", "scale.json", "--json"],
        ["fit", "pairs.jsonl", "--heuristic", "vividness=default", "--heuristic", "length=10..20", "--json"],
        ["compare", "Once upon a time", "--decoders", "deal,best-of,greedy", "--heuristic", "vividness=default", "--max-tokens", "10", "--json"],
        ["decoders", "--json"],
        ["heuristics", "--json"],
        ["schema", "fox.schema.json", "--json"],
        ["next", "Once upon a", "--top", "20", "--json"],
        ["tokenize", "The fox and the river", "--json"],
        ["inspect", "--json"],
        ["completion", "bash"],
        ["help", "requirements"],
        ["help", "deal"],
        ["generate", "--help-all"],
        ["serve", "--help-all"],
        ["--help"],
        ["--version"],
    ];

    public static IEnumerable<TheoryDataRow<string[]>> Commands => Lines.Select(line => new TheoryDataRow<string[]>(line));

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Output_OfACommand_IsTheManagedBuilds(string[] arguments) =>
        Assert.Equal(await Builds.RunAsync(Builds.Managed, arguments), await Builds.RunAsync(Builds.Native, arguments));

    [Fact]
    public async Task Evaluation_OfTwoDecoders_GivesTheManagedBuildsFigures() => Assert.Equal(await EvaluateAsync(Builds.Managed), await EvaluateAsync(Builds.Native));

    [Fact]
    public async Task Kernels_OfTheBuildThatIsChosen_AreTheManagedBuildsAndTheBest()
    {
        var (managed, native) = (await MachineAsync(Builds.Managed), await MachineAsync(Builds.Native));
        Assert.Equal(("managed", "native"), (managed.GetProperty("build").GetString(), native.GetProperty("build").GetString()));
        Assert.Equal(managed.GetProperty("kernels").GetString(), native.GetProperty("kernels").GetString());
        Assert.Equal(native.GetProperty("bestKernels").GetString(), native.GetProperty("kernels").GetString());
    }

    [Fact]
    public async Task LeastBuild_WhereTheProcessorHasVectors_GivesTheSameBitsAndSaysWhatToRun()
    {
        string[] least = [Builds.Program("decodealign-x86-64-v2")];
        Assert.SkipUnless(File.Exists(least[0]), "there is one build for all processors");
        var machine = await MachineAsync(least);
        Assert.Equal(("x86-64-v2", "scalar"), (machine.GetProperty("instructionSet").GetString(), machine.GetProperty("kernels").GetString()));
        var (given, expected) = ((await Builds.RunAsync(least, Deal)).Split("\n> errors\n"), (await Builds.RunAsync(Builds.Managed, Deal)).Split("\n> errors\n"));
        Assert.Equal(expected[0], given[0]);
        if (machine.GetProperty("bestKernels").GetString() != "scalar") Assert.StartsWith("note: this build's kernels are those of x86-64-v2, and this processor runs those of x86-64-", given[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_OfANativeBuild_IsRefusedByName()
    {
        var run = await Builds.RunAsync(Builds.Native, "generate", "Once upon a time", "--device", "cuda");
        Assert.Contains("error: --device: this is the native build", run, StringComparison.Ordinal);
        Assert.Contains("\n> 2", run, StringComparison.Ordinal);
    }

    // the run's file has the figures of every text; the report adds to them how long they took
    private static async Task<string> EvaluateAsync(string[] build)
    {
        var run = await Builds.RunAsync(build, "eval", "--task", "length", "--decoder", "deal", "--baseline", "greedy", "--count", "2", "--max-tokens", "12", "--out", "run");
        return Assert.Single(run.Split("\n> "), part => part.StartsWith("run/dev.jsonl", StringComparison.Ordinal));
    }

    private static async Task<JsonElement> MachineAsync(string[] build) => JsonDocument.Parse((await Builds.RunAsync(build, "machine", "--json")).Split('\n')[0]).RootElement;
}
