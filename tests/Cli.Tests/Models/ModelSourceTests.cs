using System.Text;
using DecodeAlign.Cli;
using DecodeAlign.DefaultModel;

namespace DecodeAlign.Tests;

/// <summary>Real folders through the command line: what is wrong with one is told in a line that names the file.</summary>
public sealed class ModelSourceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public static TheoryData<string, string> Broken => new()
    {
        { "config.json missing", "config.json" },
        { "unknown architecture", "MambaForCausalLM" },
        { "truncated header", "model.safetensors" },
        { "hostile header length", "model.safetensors" },
        { "sizes that overflow", "model.safetensors" },
        { "tensor missing", "model.safetensors" },
        { "tokenizer missing", "tokenizer" },
        { "config of another size", "model.safetensors" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Generate_BrokenFolder_FailsAndNamesTheCause(string damage, string cause)
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        foreach (var file in Directory.GetFiles(EmbeddedModel.Folder)) File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        Break(damage);
        var run = await RunAsync("generate", "Once", "--model", _folder.FullName, "--decoder", "greedy", "--max-tokens", "1", "--json");
        Assert.Equal(1, run.Code);
        Assert.Contains(cause, run.Json.GetProperty("error").GetProperty("message").GetString()!, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("inspect", _folder.FullName, "--json")).Code);
    }

    [Fact]
    public async Task Tokenize_TemplateHasWrittenTheBeginning_AddsItOnce()
    {
        var tokenizer = """{"added_tokens":[{"id":3,"content":"<s>","special":true,"normalized":false}],"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<s>":{"id":"<s>","ids":[3],"tokens":["<s>"]}}},"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}""";
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "tokenizer.json"), tokenizer, TestContext.Current.CancellationToken);
        foreach (var (text, options, ids) in ((string, string[], int[])[])[("ab", [], [3, 2]), ("<s>ab", [], [3, 2]), ("<s><s>ab", [], [3, 3, 2]), ("ab", ["--no-special"], [2]), ("<s>ab", ["--no-special-tokens"], [3, 2])])
            Assert.Equal(ids, (await RunAsync(["tokenize", text, "--model", _folder.FullName, "--json", .. options])).Json.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()));
    }

    [Fact]
    public async Task Generate_NoSuchFolder_FailsAndNamesIt()
    {
        var run = await RunAsync("generate", "Once", "--model", "no-such-folder");
        Assert.Equal(1, run.Code);
        Assert.Contains("no-such-folder", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_KvBudgetTooSmall_IsRefusedAtTheStart()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        var run = await RunAsync("generate", "Once", "--kv-budget", "1KB");
        Assert.Equal(1, run.Code);
        Assert.Contains("the KV cache of '", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public async Task Generate_EmbeddedModel_MeetsARequirement()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        var run = await RunAsync("generate", "Once upon a time", "--must-include", "fox", "--beam", "1", "--candidates", "4", "--lookahead", "4", "--max-tokens", "32", "--json");
        Assert.Equal(0, run.Code);
        Assert.Matches(@"(?i)\bfox\b", run.JsonText("text"));
    }

    [Fact]
    public async Task Generate_RewardFolder_RanksByItsNamedOutputs()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        foreach (var file in Directory.GetFiles(EmbeddedModel.Folder)) File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        RewardFolder.GiveHead(_folder.FullName, "up", "down");
        foreach (var template in new[] { false, true })
        {
            if (template) File.WriteAllText(Path.Combine(_folder.FullName, "chat_template.jinja"), "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}");
            var run = await RunAsync("generate", "Once upon a time", "--reward", $"{_folder.FullName}#up@2", "--reward", $"{_folder.FullName}#down@0.5", "--max-tokens", "12", "--lookahead", "3", "--json");
            Assert.True(run.Code == 0, run.Error);
            var values = run.Json.GetProperty("heuristics").EnumerateArray().Select(heuristic => heuristic.GetProperty("value").GetDouble()).ToArray();
            // the second row of the head is minus the first
            Assert.NotEqual(0, values[0]);
            Assert.Equal(-values[0], values[1]);
        }
        var wrong = await RunAsync("generate", "Once", "--reward", $"{_folder.FullName}#sideways");
        Assert.Equal(2, wrong.Code);
        Assert.Contains("it has up, down", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("is a reward model", (await RunAsync("generate", "Once", "--model", _folder.FullName)).Error, StringComparison.Ordinal);
        Assert.Contains("has no score head", (await RunAsync("generate", "Once", "--reward", "default")).Error, StringComparison.Ordinal);
    }

    // softmax((ln 3, 0)) = (3/4, 1/4), times the scale of 2
    [Fact]
    public async Task RewardSource_OfAGatedFolder_HasItsGateAndTheNamesOfItsObjectives()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "config.json"), """{"architectures": ["LlamaForRewardModelWithGating"], "model_type": "llama", "id2label": {"0": "help", "1": "length"}, "num_objectives": 2, "gating_hidden_dim": 1, "gating_n_hidden": 1, "gating_temperature": 1.0}""");
        File.WriteAllBytes(Path.Combine(_folder.FullName, "model.safetensors"), SafetensorsWriter.Bytes(
        [
            new("gating.layers.0.bias", [1], [0]), new("gating.layers.1.weight", [2, 1], [0, 0]), new("gating.layers.1.bias", [2], [MathF.Log(3), 0]), new("gating.logit_scale", [1], [2]),
        ]));
        await using var model = await new StoryModels().LoadAsync(new(null, 1, 0), TestContext.Current.CancellationToken);
        var source = RewardSource.Of(model, _folder.FullName);
        Assert.Equal(["help", "length"], source.Outputs!.Select(output => output.Name));
        Assert.Equal(1, source.Gating!.Inputs);
        Assert.Equal([1.5, 0.5], source.Gating.Coefficients(new float[] { 7 }).Select(value => Math.Round(value, 6)));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<CliRun> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = error };
        var code = await CommandLine.RunAsync(args, terminal, new ModelSource(terminal), CancellationToken.None);
        return new(code, output.ToString(), error.ToString());
    }

    private void Break(string damage)
    {
        var (config, weights) = (Path.Combine(_folder.FullName, "config.json"), Path.Combine(_folder.FullName, "model.safetensors"));
        switch (damage)
        {
            case "config.json missing":
                File.Delete(config);
                break;
            case "unknown architecture":
                File.WriteAllText(config, """{"architectures": ["MambaForCausalLM"], "model_type": "mamba"}""");
                break;
            case "truncated header":
                File.WriteAllBytes(weights, [0x40, 0, 0, 0, 0, 0, 0, 0, (byte)'{']);
                break;
            case "hostile header length":
                File.WriteAllBytes(weights, [255, 255, 255, 255, 255, 255, 255, 127, (byte)'{', (byte)'}']);
                break;
            case "sizes that overflow":
                WriteHeader(weights, """{"model.embed_tokens.weight": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 18446744073709551615]}}""");
                break;
            case "tensor missing":
                WriteHeader(weights, """{"model.norm.weight": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}""");
                break;
            case "tokenizer missing":
                File.Delete(Path.Combine(_folder.FullName, "tokenizer.json"));
                break;
            case "config of another size":
                File.WriteAllText(config, File.ReadAllText(config).Replace("\"num_hidden_layers\": ", "\"num_hidden_layers\": 1", StringComparison.Ordinal));
                break;
        }
    }

    private static void WriteHeader(string path, string header)
    {
        using var file = new BinaryWriter(File.Create(path));
        file.Write((ulong)Encoding.UTF8.GetByteCount(header));
        file.Write(Encoding.UTF8.GetBytes(header));
        file.Write(0f);
    }
}
