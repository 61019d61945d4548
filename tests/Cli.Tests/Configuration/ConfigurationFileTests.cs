namespace DecodeAlign.Tests;

/// <summary>decodealign.json.</summary>
public sealed class ConfigurationFileTests : IDisposable
{
    private const string Prompt = "Once upon a time";

    private readonly TempFolder _folder = new();

    private string File
    {
        set => _folder.Write("decodealign.json", value);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Defaults_AndProfile_GiveWhatTheCommandLineDoesNot()
    {
        File = """
            {
              // comments are fine
              "defaults": { "max-tokens": 7, "seed": 3, "top": 2, "decoder": "sample" },
              "profiles": { "fast": { "decoder": "greedy", "max-tokens": 5 }, "wordy": { "must-include": ["fox", "river"], "max-tokens": 60, "decoder": "grid-beam" } },
            }
            """;
        Assert.Equal(("sample", 7, 3), Of(await RunAsync()));
        Assert.Equal(("greedy", 5, 3), Of(await RunAsync("--profile", "fast")));
        Assert.Equal(("greedy", 4, 3), Of(await RunAsync("--profile", "fast", "--max-tokens", "4")));
        var wordy = await RunAsync("--profile", "wordy");
        Assert.Equal(["include \"fox\"", "include \"river\""], wordy.Json.GetProperty("requirements").EnumerateArray().Select(one => one.GetProperty("asked").GetString()));
        Assert.Contains("note: decodealign.json adds --must-include=fox --must-include=river --max-tokens=60 --decoder=grid-beam --seed=3", wordy.Error, StringComparison.Ordinal);
        // of another command: passed over there, used here
        Assert.Equal(2, (await CallAsync("next", Prompt, "--json")).Json.GetProperty("candidates").GetArrayLength());

        static (string, int, int) Of(CliRun run) => (run.JsonText("decoder"), run.Json.GetProperty("ids").GetArrayLength(), run.Json.GetProperty("seed").GetInt32());
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task Flag_TrueOrFalse_IsTaken(string value, bool quiet)
    {
        File = $$"""{ "defaults": { "quiet": {{value}}, "decoder": "greedy", "max-tokens": 3 } }""";
        Assert.Equal(quiet, !(await CallAsync("generate", Prompt)).Out.Contains("It took", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]", "decodealign.json: must be an object with \"defaults\" and \"profiles\"")]
    [InlineData("{", "decodealign.json: is no JSON: ")]
    [InlineData("""{"seed": 3}""", "decodealign.json: has 'seed'; it holds the objects")]
    [InlineData("""{"defaults": 3}""", "decodealign.json: has 'defaults'; it holds the objects")]
    [InlineData("""{"defaults": {"lamda": 3}}""", "decodealign.json: there is no option 'lamda'. Did you mean lambda?")]
    [InlineData("""{"defaults": {"maxTokens": 3}}""", "there is no option 'maxTokens'. Did you mean max-tokens?")]
    [InlineData("""{"defaults": {"trace": "x.html"}}""", "decodealign.json: 'trace' can't be given by a file")]
    [InlineData("""{"defaults": {"front-page": "x.html"}}""", "decodealign.json: 'front-page' can't be given by a file")]
    [InlineData("""{"defaults": {"seed": {"a": 1}}}""", "'seed' must be a text, a number, true or false, or a list of them")]
    [InlineData("""{"defaults": {"seed": true}}""", "'seed' must be a text, a number, or a list of them")]
    [InlineData("""{"defaults": {"quiet": "yes"}}""", "'quiet' must be true or false")]
    [InlineData("""{"defaults": {"beam": 0}}""", "--beam: must be a whole number, at least 1; it is '0'")]
    [InlineData("""{"profiles": {"story": {}, "fast": []}}""", "decodealign.json has no profile 'stroy'. Did you mean story? It has story, fast.", "--profile", "stroy")]
    [InlineData("""{"profiles": {"story": {}, "fast": []}}""", "has a profile that is no object of options", "--profile", "fast")]
    public async Task File_Wrong_IsRefusedWithTheKey(string text, string said, params string[] options)
    {
        File = text;
        var run = await RunAsync(options);
        Assert.Equal(2, run.Code);
        Assert.Contains(said, run.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_OfAnySize_IsBounded()
    {
        File = new string(' ', 2 << 20);
        Assert.Contains("is larger than 1,048,576 bytes", (await RunAsync()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_WithoutAFile_IsRefused() =>
        Assert.Contains("--profile fast: there is no decodealign.json in this folder", (await RunAsync("--profile", "fast")).Error, StringComparison.Ordinal);

    private Task<CliRun> RunAsync(params string[] options) => CallAsync(["generate", Prompt, "--json", .. options]);

    private Task<CliRun> CallAsync(params string[] args) => new Cli { Folder = _folder.Path }.CallAsync(args);
}
