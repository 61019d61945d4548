using System.Text.Json;
using DecodeAlign.Cli;
using DecodeAlign.DefaultModel;

namespace DecodeAlign.Tests;

/// <summary>From the command line: with <c>--device</c> every decoder writes what it writes without.</summary>
public class CommandLineTests
{
    private static readonly Dictionary<string, string> Everywhere = new()
    {
        ["greedy"] = "--decoder greedy --max-tokens 120",
        ["beam"] = "--decoder beam --beam 4 --max-tokens 40",
        ["DeAL"] = "--decoder deal --heuristic coverage=park,rain@8 --beam 2 --candidates 5 --lookahead 8 --max-tokens 32",
        ["grid beam"] = "--must-include park --must-include rain --beam 8 --max-tokens 32",
        ["JSON schema"] = "--json-schema SCHEMA --max-tokens 48",
    };

    private static readonly Dictionary<string, string> Embedded = new(Everywhere) { ["RPS"] = "--decoder rps --preference positivity=0.8,brevity=0.6 --max-tokens 24 --seed 5" };

    private static readonly Dictionary<string, string> Stories = new(Everywhere)
    {
        ["RPS"] = "--decoder rps --preference park=0.6,length=0.8 --objective park=coverage=park --objective length=length=10..20 --max-tokens 24 --seed 5",
    };

    public static TheoryData<string> Names => [.. Stories.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Generate_EmbeddedModel_WritesTheManagedEnginesText(string decoder)
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        return CompareAsync(Embedded[decoder], EmbeddedModel.Folder, """{"type":"object","properties":{"name":{"type":"string","maxLength":12},"age":{"type":"integer","minimum":0,"maximum":120}},"required":["name","age"]}""");
    }

    // its vocabulary has no braces
    [Theory]
    [MemberData(nameof(Names))]
    public Task Generate_TinyStories_WritesTheManagedEnginesText(string decoder) =>
        CompareAsync(Stories[decoder], SharedData.Require("models/TinyStories-656K"), """{"type":"string","minLength":20,"maxLength":80}""");

    private static async Task CompareAsync(string arguments, string model, string schema)
    {
        Engines.Require();
        using var files = new TempFolder();
        files.Write("schema.json", schema);
        string[] all = ["generate", "Once upon a time", "--json", "--threads", "2", "--model", model, .. arguments.Split(' ').Select(argument => argument == "SCHEMA" ? files.File("schema.json") : argument)];
        var managed = await RunAsync(all);
        var torch = await RunAsync([.. all, "--device", Engines.Device, "--dtype", "f32"]);
        TestContext.Current.TestOutputHelper?.WriteLine(managed);
        Assert.NotEqual("", managed);
        Assert.Equal(managed, torch);
    }

    private static async Task<string> RunAsync(string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = error };
        var code = await CommandLine.RunAsync(arguments, terminal, new ModelSource(terminal), TestContext.Current.CancellationToken);
        Assert.True(code == 0, $"exit code {code}: {error}{output}");
        return JsonDocument.Parse(output.ToString()).RootElement.GetProperty("text").GetString()!;
    }
}
