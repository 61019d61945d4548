using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>
/// The same GGUF file here and in llama.cpp: log-probabilities and greedy texts. llama.cpp rounds activations to the weights' own precision (8 bits for quantised types, 16 for half ones) where
/// this engine keeps them in f32, so agreement ends where that rounding begins; against f32 weights that were rounded alike, this engine's own error is that of f32.
/// </summary>
public sealed class ParityTests : IDisposable
{
    /// <summary>Largest mean difference of log-probabilities, by type.</summary>
    private static readonly Dictionary<string, double> Tolerances = new()
    {
        ["F32"] = 1e-5, ["F16"] = 3e-3, ["BF16"] = 2e-2, ["Q8_0"] = 5e-2, ["Q4_0"] = 5e-2, ["Q4_1"] = 5e-2, ["Q5_0"] = 5e-2, ["Q5_1"] = 5e-2, ["Q4_K"] = 5e-2, ["Q5_K"] = 5e-2, ["Q6_K"] = 5e-2,
    };

    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> FamiliesAndTypes()
    {
        var data = new TheoryData<string, string>();
        foreach (var family in Families.All.Keys)
            foreach (var type in Tolerances.Keys) data.Add(family, type);
        return data;
    }

    public static TheoryData<string> Types => [.. Tolerances.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(FamiliesAndTypes))]
    public void Logits_RandomWeightsOfAnyFamilyAndType_AgreeWithLlamaCpp(string family, string type)
    {
        var (description, biases) = Families.All[family];
        using var weights = new RandomWeights(description, 5, biases, deviation: 0.06);
        var path = Write(GgufExport.Write(weights, family, type, GgufVocabulary.Numbered(description.VocabularySize)));
        var random = new Random(6);
        var (mean, largest) = Compare(path, [.. Enumerable.Range(0, 96).Select(_ => random.Next(description.VocabularySize))]);
        TestContext.Current.TestOutputHelper?.WriteLine($"{family} {type}: mean {mean:E1}, largest {largest:E1}");
        // llama.cpp looks GELU up in a table of half precision
        Assert.InRange(mean, 0, family.StartsWith('g') && type == "F32" ? 2e-3 : Tolerances[type]);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Greedy_RealWeightsOfAnyType_WritesTheSameIdsAsLlamaCpp(string type)
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        using var weights = ModelFolder.Open(EmbeddedModel.Folder).OpenWeights();
        var vocabulary = JsonVocabulary.Read(Path.Combine(EmbeddedModel.Folder, "tokenizer.json"));
        var path = Write(GgufExport.Write(weights, "llama", type, vocabulary));
        using var theirs = new LlamaCppModel(path, 256);
        using var ours = Load(path);
        var tokenizer = TokenizerLoader.Load(path);
        foreach (var prompt in (string[])["Once upon a time there was a little fox", "The river was cold, and the boy"])
        {
            var ids = tokenizer.Encode(prompt).ToList();
            Assert.Equal(theirs.Tokenize(prompt, addSpecial: false), tokenizer.Encode(prompt, addSpecialTokens: false));
            // each step on the one path: where the two would part, the margin is below what rounding moves
            for (var step = 0; step < 24; step++)
            {
                var (here, there) = (Last(ours, [.. ids]), theirs.LogProbabilities([.. ids])[^1]);
                var (mine, other) = (Best(here), Best(there));
                if (mine != other) Assert.True(here[mine] - here[other] < 6 * Tolerances[type], $"step {step}: {mine} by {here[mine] - here[other]:E1} over {other}");
                ids.Add(mine);
            }
        }
    }

    [Fact]
    public void Tokens_SentencePieceFile_AreLlamaCppsOwn()
    {
        var (bin, model) = (SharedData.Require("models/stories260K/stories260K.bin"), SharedData.Require("models/stories260K/tok512.bin"));
        using var weights = Llama2Checkpoint.Open(bin);
        var tokenizer = TokenizerLoader.Load(model);
        string[] tokens = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TokenText)];
        int[] kinds = [.. tokens.Select((_, id) => id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1)];
        var vocabulary = new GgufVocabulary("llama", tokens, kinds) { Scores = [.. tokens.Select((_, id) => id < 259 ? 0f : -(id - 259f))], Bos = 1, Eos = 2 };
        var path = Write(GgufExport.Write(weights, "llama", "F32", vocabulary));
        using var theirs = new LlamaCppModel(path, 256);
        var ours = TokenizerLoader.Load(path);
        foreach (var text in (string[])["Once upon a time", " there  was", "Lily's dog 🦊 barked!\nLoudly.", "x", "", "<s>Once", "Zürich"])
            Assert.Equal(theirs.Tokenize(text, addSpecial: true), ours.Encode(text));
        var (mean, _) = Compare(path, ours.Encode("Once upon a time there was a little girl named Lily. She loved to play outside in the park."));
        Assert.InRange(mean, 0, Tolerances["F32"]);
    }

    private (double Mean, double Largest) Compare(string path, int[] ids)
    {
        using var theirs = new LlamaCppModel(path, 256);
        using var ours = Load(path);
        var (here, there) = (All(ours, ids), theirs.LogProbabilities(ids));
        var differences = new List<double>();
        for (var i = 0; i < ids.Length; i++)
            for (var token = 0; token < here[i].Length; token++) differences.Add(Math.Abs(here[i][token] - there[i][token]));
        return (differences.Average(), differences.Max());
    }

    private static CpuEngine Load(string path)
    {
        using var weights = ModelFolder.Open(path).OpenWeights();
        return CpuEngine.Load(weights, new() { Threads = 2, KvBudgetBytes = 1 << 28 }, "");
    }

    private static double[][] All(CpuEngine engine, int[] ids)
    {
        var tree = new TokenTree();
        using var session = engine.Open(tree, ids.Length);
        var rows = new ForwardRow[ids.Length];
        var reads = new EvaluationRequest[ids.Length];
        var results = new double[ids.Length][];
        var node = tree.AddRoot(ids);
        for (var i = ids.Length; i-- > 0; node = tree.Parent(node))
        {
            results[i] = new double[engine.Facts.VocabularySize];
            (rows[i], reads[i]) = (new(session, node, i, 1), new() { Node = node, LogProbabilities = results[i] });
        }
        for (var start = 0; start < rows.Length; start += engine.MaxRows) engine.Forward(rows.AsSpan(start, Math.Min(engine.MaxRows, rows.Length - start)), reads);
        return results;
    }

    private static double[] Last(CpuEngine engine, int[] ids) => All(engine, ids)[^1];

    private static int Best(double[] values) => Array.IndexOf(values, values.Max());

    private string Write(byte[] bytes)
    {
        var path = _folder.File("model.gguf");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
