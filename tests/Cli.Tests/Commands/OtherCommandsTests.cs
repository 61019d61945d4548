namespace DecodeAlign.Tests;

public class OtherCommandsTests
{
    [Fact]
    public async Task Next_Json_ListsCandidatesBestFirst()
    {
        var run = await Cli.RunAsync("next", "Once upon a", "--top", "3", "--json");
        Assert.Equal(0, run.Code);
        var candidates = run.Json.GetProperty("candidates").EnumerateArray().ToArray();
        Assert.Equal(3, candidates.Length);
        Assert.All(candidates, candidate => Assert.Equal(["id", "text", "logProbability"], candidate.EnumerateObject().Select(property => property.Name)));
        var logProbabilities = candidates.Select(candidate => candidate.GetProperty("logProbability").GetDouble()).ToArray();
        Assert.Equal(logProbabilities.OrderDescending(), logProbabilities);
        Assert.All(logProbabilities, value => Assert.True(value < 0));
    }

    [Fact]
    public async Task Next_TopBeyondTheVocabulary_SumsToOne()
    {
        var run = await Cli.RunAsync("next", "Once upon a", "--top", "1000000", "--json");
        Assert.Equal(1, run.Json.GetProperty("candidates").EnumerateArray().Sum(candidate => Math.Exp(candidate.GetProperty("logProbability").GetDouble())), 1e-6);
    }

    [Fact]
    public async Task Next_Text_IsATable()
    {
        var run = await Cli.RunAsync("next", "Once upon a", "--top", "2");
        Assert.Equal(0, run.Code);
        Assert.Contains("·time", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokenize_Json_HoldsIdsTokensAndTheTextBack()
    {
        const string Text = "the fox 🦊 said “é”";
        var run = await Cli.RunAsync("tokenize", Text, "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal(["ids", "tokens", "text"], run.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(Text, run.JsonText("text"));
        Assert.Equal(run.Json.GetProperty("ids").GetArrayLength(), run.Json.GetProperty("tokens").GetArrayLength());
        Assert.Equal("<begin>", run.Json.GetProperty("tokens")[0].GetString());
    }

    [Fact]
    public async Task Tokenize_WithoutSpecialTokens_LeavesThemOut()
    {
        var run = await new Cli { Input = " fox\r\n" }.CallAsync("tokenize", "--no-special-tokens", "--json");
        Assert.Equal([" fox"], run.Json.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()));
    }

    [Fact]
    public async Task Machine_OfAManagedBuild_NamesTheEnginesKernels()
    {
        var run = await Cli.RunAsync("machine", "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal(["version", "build", "instructionSet", "kernels", "bestKernels", "processors", "bytes"], run.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal("managed", run.JsonText("build"));
        Assert.Equal(DecodeAlign.Cpu.CpuEngine.Kernels, run.JsonText("kernels"));
        Assert.Contains($"kernels     {DecodeAlign.Cpu.CpuEngine.Kernels}", (await Cli.RunAsync("machine")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_NoSuchFolder_FailsAndNamesIt()
    {
        var run = await Cli.RunAsync("inspect", "no-such-folder", "--json");
        Assert.Equal(1, run.Code);
        Assert.Contains("no-such-folder", run.Json.GetProperty("error").GetProperty("message").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_EmptyFolder_SaysWhatIsMissing()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var run = await Cli.RunAsync("inspect", folder.FullName, "--json");
            Assert.Equal(1, run.Code);
            Assert.False(run.Json.GetProperty("runnable").GetBoolean());
            var text = await Cli.RunAsync("inspect", folder.FullName);
            Assert.Contains("can't be run", text.Out, StringComparison.Ordinal);
            Assert.Contains("config.json", text.Out, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete();
        }
    }

    [Fact]
    public async Task Inspect_RealFolder_SaysItCanBeRun()
    {
        var run = await Cli.RunAsync("inspect", SharedData.Require("models/TinyStories-656K"), "--json");
        Assert.True(run.Json.GetProperty("runnable").GetBoolean());
    }

    [Fact]
    public async Task Heuristics_Json_ListsExamplesThatGenerateTakes()
    {
        var run = await Cli.RunAsync("heuristics", "--json");
        var listed = run.Json.GetProperty("heuristics").EnumerateArray().ToArray();
        Assert.NotEmpty(listed);
        foreach (var heuristic in listed.Where(heuristic => heuristic.GetProperty("needs").GetString() is null))
            Assert.Equal(0, (await Cli.RunAsync("generate", "Once upon a time", "--max-tokens", "3", "--heuristic", heuristic.GetProperty("example").GetString()!)).Code);
        var text = await Cli.RunAsync("heuristics");
        Assert.All(listed, heuristic => Assert.Contains(heuristic.GetProperty("name").GetString()!, text.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ChatPrompt_MessagesAndTemplate_PrintsThePrompt()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var messages = Path.Combine(folder.FullName, "messages.json");
            await File.WriteAllTextAsync(messages, """[{"role": "user", "content": "Hello <fox>"}]""");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "chat_template.jinja"), "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}");
            Assert.Equal("[user] Hello <fox>\n[assistant]", (await Cli.RunAsync("chat-prompt", messages, "--model", folder.FullName, "--json")).JsonText("prompt"));
            Assert.Equal("[user] Hello <fox>\n\n", (await Cli.RunAsync("chat-prompt", messages, "--model", folder.FullName, "--add-generation-prompt", "false")).Out.ReplaceLineEndings("\n"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "chat_template.jinja"), "{{ add_generation_prompt }}");
            Assert.Equal("True", (await Cli.RunAsync("chat-prompt", messages, "--model", folder.FullName, "--json")).JsonText("prompt"));
            Assert.Equal("true", (await Cli.RunAsync("chat-prompt", messages, "--model", folder.FullName, "--dialect", "javascript", "--json")).JsonText("prompt"));
            var unknown = await Cli.RunAsync("chat-prompt", messages, "--model", folder.FullName, "--template", "none");
            Assert.Equal(1, unknown.Code);
            Assert.Contains("'none'", unknown.Error, StringComparison.Ordinal);
            Assert.Equal(1, (await Cli.RunAsync("chat-prompt", "no-such-file.json", "--model", folder.FullName)).Code);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Generate_LexiconThatIsNotThere_IsNamed()
    {
        var run = await Cli.RunAsync("generate", "Once", "--heuristic", "profanity=no-such-list.txt");
        Assert.Equal(2, run.Code);
        Assert.Contains("no-such-list.txt", run.Error, StringComparison.Ordinal);
    }
}
