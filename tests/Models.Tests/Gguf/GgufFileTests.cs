using System.Buffers.Binary;
using DecodeAlign.Decoding;
using DecodeAlign.Models;
using DecodeAlign.Models.ChatTemplates;
using DecodeAlign.Tests.Tokenizers;

namespace DecodeAlign.Tests;

public sealed class GgufFileTests : IDisposable
{
    private readonly SmallFolder _folder = new();

    public GgufFileTests() => _folder.Write();

    private string Path => _folder.Files.File("model.gguf");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OpenWeights_Exported_GivesTheSameWeights()
    {
        using var source = _folder.Open();
        File.WriteAllBytes(Path, GgufExport.Write(source, "llama", "F32", GgufVocabulary.Numbered(9)));
        using var weights = ModelFolder.Open(Path).OpenWeights();
        Assert.Equal(("exported", 9, 12, 20, 2, 2, 1, 6, 16), (weights.Name, weights.Description.VocabularySize, weights.Description.HiddenSize, weights.Description.IntermediateSize, weights.Description.LayerCount, weights.Description.HeadCount, weights.Description.KvHeadCount, weights.Description.HeadSize, weights.Description.ContextLength));
        foreach (var role in Enum.GetValues<WeightRole>())
            for (var layer = 0; layer < 2; layer++)
            {
                Assert.Equal(source.Has(role, layer), weights.Has(role, layer));
                if (!source.Has(role, layer)) continue;
                var (rows, columns) = WeightShapes.Of(source.Description, role);
                var (expected, actual) = (new float[rows * columns], new float[rows * columns]);
                source.ReadRows(role, layer, 0, expected);
                for (var row = 0; row < rows; row++) weights.ReadRows(role, layer, row, actual.AsSpan(row * columns, columns));
                Assert.Equal(expected, actual);
            }
    }

    [Fact]
    public void Open_FileWithoutItsOwnPart_SaysWhatIsMissing()
    {
        using var source = _folder.Open();
        File.WriteAllBytes(Path, GgufExport.Write(source, "llama", "F32", GgufVocabulary.Numbered(9)));
        Assert.Contains("name the file", OtherFolderMessage(), StringComparison.Ordinal);
        File.WriteAllBytes(Path, GgufExport.Write(source, "mamba", "F32", GgufVocabulary.Numbered(9)));
        Assert.Contains("'mamba' is not supported", Refused(), StringComparison.Ordinal);
        File.WriteAllBytes(Path, GgufExport.Write(source, "qwen3", "F32", GgufVocabulary.Numbered(9)));
        Assert.Contains("QueryNorm of layer 0", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SentencePieceTokens_MakeTheFilesOwnTokenizer()
    {
        using var files = new TestFiles();
        var expected = TokenizerLoader.Load(files.Write("tokenizer.model", SentencePieceFixture.Bpe()));
        var count = expected.VocabularySize;
        var tokens = Enumerable.Range(0, count).Select(expected.TokenText).ToArray();
        int[] kinds = [.. Enumerable.Range(0, count).Select(id => id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1)];
        float[] scores = [.. Enumerable.Range(0, count).Select(id => id < 259 ? 0f : id < 265 ? -(id - 259f) : -100f - (id - 265))];
        Write(new("llama", tokens, kinds) { Scores = scores, Bos = 1, Eos = 2, ChatTemplate = "{{ bos_token }}{{ messages[0].content }}" });
        var actual = TokenizerLoader.Load(Path);
        foreach (var text in (string[])["hello", "hello hello", " hello", "", "wörld", "<s>hello"])
        {
            Assert.Equal(expected.Encode(text), actual.Encode(text));
            Assert.Equal(text, actual.Decode(actual.Encode(text)) is var back && text.StartsWith("<s>", StringComparison.Ordinal) ? "<s>" + back.TrimStart() : back);
        }
        var folder = ChatTemplateFolder.Load(Path);
        Assert.Equal(("<s>", "</s>"), (folder.SpecialTokens.Texts["bos_token"], folder.SpecialTokens.Texts["eos_token"]));
        Assert.Equal("{{ bos_token }}{{ messages[0].content }}", folder.Select().Source);
        Assert.Equal([2], ModelFolder.Open(Path).ReadDescription().EosIds);
    }

    [Fact]
    public void Load_ByteLevelTokens_MakeTheFilesOwnTokenizer()
    {
        var expected = ByteLevelFixture.Load();
        var tokens = Enumerable.Range(0, expected.VocabularySize).Select(expected.TokenText).ToArray();
        var bos = tokens.Length - 1;
        Write(new("gpt2", tokens, [.. tokens.Select((_, id) => id == bos ? 3 : 1)]) { Merges = ByteLevelFixture.Merges, Bos = bos, Eos = bos });
        var actual = TokenizerLoader.Load(Path);
        foreach (var text in (string[])["hello world", " héllo 12", "", "<|bos|>hello", "🦙\n\n x"])
            Assert.Equal(expected.Encode(text, addSpecialTokens: false), actual.Encode(text));
        Write(new("gpt2", tokens, [.. tokens.Select(_ => 1)]) { Merges = ByteLevelFixture.Merges, Pre = "martian" });
        Assert.Contains("'martian' is not known", Assert.Throws<ModelFormatException>(() => TokenizerLoader.Load(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_File_SaysWhetherItCanBeRun()
    {
        using var source = _folder.Open();
        File.WriteAllBytes(Path, GgufExport.Write(source, "llama", "BF16", GgufVocabulary.Numbered(9)));
        var inspection = ModelFolder.Open(Path).Inspect();
        Assert.Equal((true, TokenizerKind.Gguf, 9), (inspection.Runnable, inspection.Tokenizer, inspection.TokenizerVocabularySize));
        Assert.True(inspection.ElementTypes["BF16"] > inspection.ElementTypes["F32"]);
        File.WriteAllBytes(Path, [1, 2, 3]);
        Assert.False(ModelFolder.Open(Path).Inspect().Runnable);
    }

    [Fact]
    public void Open_AnyByteChanged_IsReadOrRefused()
    {
        using var source = _folder.Open();
        var bytes = GgufExport.Write(source, "llama", "F32", GgufVocabulary.Numbered(9));
        var random = new Random(7);
        var refused = 0;
        for (var round = 0; round < 1000; round++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var change = random.Next(1, 4); change-- > 0;)
            {
                var at = random.Next(4, 2600);
                if (random.Next(3) > 0) damaged[at] = (byte)random.Next(256);
                else BinaryPrimitives.WriteUInt64LittleEndian(damaged.AsSpan(at), random.Next(2) == 0 ? ulong.MaxValue >> random.Next(64) : (ulong)random.Next(64));
            }
            if (random.Next(8) == 0) damaged = damaged[..random.Next(damaged.Length)];
            File.WriteAllBytes(Path, damaged);
            refused += ModelFolder.Open(Path).Inspect().Runnable ? 0 : 1;
        }
        Assert.InRange(refused, 150, 1000);
    }

    private void Write(GgufVocabulary vocabulary)
    {
        using var source = _folder.Open();
        File.WriteAllBytes(Path, GgufExport.Write(source, "llama", "F32", vocabulary));
    }

    private string Refused() => Assert.Throws<ModelFormatException>(() => ModelFolder.Open(Path).OpenWeights()).Message;

    private string OtherFolderMessage()
    {
        File.Delete(_folder.Files.File("model.safetensors"));
        var message = Assert.Throws<ModelFormatException>(() => ModelFolder.Open(_folder.Files.Path).OpenWeights()).Message;
        _folder.Write();
        return message;
    }
}
