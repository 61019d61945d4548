using System.Text.Json;
using System.Text.Json.Nodes;
using DecodeAlign.DefaultModel;
using DecodeAlign.Models;
using Theirs = Tokenizers.DotNet.Tokenizer;

namespace DecodeAlign.Tests;

/// <summary>Random texts through our tokenizers and Hugging Face's own library, on the same tokenizer.json: real ones, and made ones with every normalizer, pre-tokenizer and model. The same ids, the same text back.</summary>
public sealed class TokenizerFuzzTests : IDisposable
{
    private static readonly int Texts = Environment.GetEnvironmentVariable("DECODEALIGN_PROOF") switch { "long" => 50_000, "middle" => 4000, _ => 1000 };

    private readonly string _folder = Directory.CreateTempSubdirectory("decodealign-fuzz-").FullName;

    public static TheoryData<string> Real => ["embedded", "tokenizers/phi-3-mini", "tokenizers/smollm", "tokenizers/tinystories-other/simplestories-4096.json", "models/TinyStories-656K"];

    public static TheoryData<string> Made => [.. MadeTokenizers.All.Keys];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Real))]
    public void Encode_RealTokenizer_AgreesWithHuggingFacesLibrary(string name)
    {
        if (name == "embedded") Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        var path = name == "embedded" ? EmbeddedModel.Folder : SharedData.Require(name);
        // padding and truncation are the caller's to ask for, as in transformers, whatever the file says
        var json = JsonNode.Parse(File.ReadAllText(Directory.Exists(path) ? Path.Combine(path, "tokenizer.json") : path))!;
        (json["padding"], json["truncation"]) = (null, null);
        var copy = Path.Combine(_folder, "tokenizer.json");
        File.WriteAllText(copy, json.ToJsonString());
        Compare(copy);
    }

    [Theory]
    [MemberData(nameof(Made))]
    public void Encode_MadeTokenizer_AgreesWithHuggingFacesLibrary(string name)
    {
        var path = Path.Combine(_folder, "tokenizer.json");
        File.WriteAllText(path, MadeTokenizers.All[name]().ToJsonString());
        Compare(path);
    }

    /// <summary>Not a test: writes the cases that `dotnet test` holds (tests/Models.Tests/Tokenizers/Cases) to the file that <c>DECODEALIGN_WRITE</c> names.</summary>
    [Fact]
    public void Write_CasesOfTheQuickDose()
    {
        var target = Environment.GetEnvironmentVariable("DECODEALIGN_WRITE");
        Assert.SkipWhen(string.IsNullOrEmpty(target), "DECODEALIGN_WRITE names no file");
        var random = new Random(7);
        string[] texts = [.. Enumerable.Range(0, 30).Select(_ => MadeTokenizers.Text(random))];
        var lines = MadeTokenizers.All.Select(made =>
        {
            var path = Path.Combine(_folder, "tokenizer.json");
            File.WriteAllText(path, made.Value().ToJsonString());
            using var theirs = new Theirs(path);
            return $"{JsonValue.Create(made.Key)!.ToJsonString()}: [{string.Join(",", texts.Select(text => $"[{string.Join(",", theirs.Encode(text))}]"))}]";
        });
        File.WriteAllText(target!, $"{{\n\"about\": \"Random texts, and their ids by Hugging Face's own library for each made tokenizer (tests/HuggingFace).\",\n\"texts\": {JsonSerializer.Serialize(texts)},\n\"ids\": {{\n{string.Join(",\n", lines)}\n}}\n}}\n");
    }

    private static void Compare(string path)
    {
        var ours = TokenizerLoader.Load(path);
        using var theirs = new Theirs(path);
        // bytes in a row that are no text: theirs are a stand-in each, ours as much text as they hold, so that what has been written never changes
        var shuffles = !File.ReadAllText(path).Contains("\"ByteFallback\"", StringComparison.Ordinal);
        var random = new Random(20261128);
        for (var i = 0; i < Texts; i++)
        {
            var text = MadeTokenizers.Text(random);
            var (expected, actual) = (theirs.Encode(text).Select(id => (int)id).ToArray(), ours.Encode(text));
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"text {i}, {Visible(text)}: {string.Join(' ', expected.Select(ours.TokenText))} there, {string.Join(' ', actual.Select(ours.TokenText))} here");
            // and what any ids spell
            if (shuffles && random.Next(2) == 0) actual = [.. actual.OrderBy(_ => random.Next())];
            var (written, spelled) = (theirs.Decode([.. actual.Select(id => (uint)id)]), ours.Decode(actual));
            Assert.True(written == spelled, $"text {i}, {string.Join(' ', actual.Select(ours.TokenText))}: {Visible(written)} there, {Visible(spelled)} here");
        }
    }

    private static string Visible(string text) => string.Concat(text.Select(c => c is >= ' ' and < '\x7f' ? c.ToString() : $"\\u{(int)c:x4}"));
}
