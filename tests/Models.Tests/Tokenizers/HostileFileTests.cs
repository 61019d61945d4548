using System.Diagnostics;
using System.Text;
using DecodeAlign.Models;

namespace DecodeAlign.Tests.Tokenizers;

/// <summary>Broken and hostile files are refused by name, quickly and without eating the machine's memory.</summary>
public class HostileFileTests
{
    private const string Bpe = """{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}""";

    [Theory]
    [InlineData("IQ== 0\nIg== 1\nIw== 2\n")]
    [InlineData("IQ== 0\r\nIg== 1\r\n")]
    public void Load_RankFileNamedAsAModel_SaysWhatItIs(string content)
    {
        using var files = new TestFiles();
        var message = Assert.Throws<ModelFormatException>(() => TokenizerLoader.Load(files.Write("tokenizer.model", content))).Message;
        Assert.Contains("rank file", message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SmallestModel_Works() => Assert.Equal([2, 0], Load(Bpe).Encode("aba"));

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "not an object")]
    [InlineData("{", "JSON")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0}}} trailing""", "JSON")]
    [InlineData("""{"model":{"type":"BPE","vocab":{}}}""", "empty")]
    [InlineData("""{"model":{"type":"BPE","vocab":[]}}""", "empty")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0,"b":0}}}""", "both \"a\" and \"b\"")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0,"a":1}}}""", "two ids")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":-1}}}""", "-1")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":2000000000}}}""", "2000000000")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":99999999999999999999}}}""", "not an integer")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0.5}}}""", "not an integer")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}}""", "\"ab\" is not in the vocabulary")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}""", "merges[0]")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a","b","c"]]}}""", "more than two")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"unk_token":"u"}}""", "unk_token")]
    [InlineData("""{"model":{"type":"Magic","vocab":{"a":0}}}""", "Magic")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":5,"vocab":[["a",-1.0]]}}""", "unk_id")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":0,"vocab":[["a",1e999]]}}""", "finite")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0}},"normalizer":{"type":"Rot13"}}""", "Rot13")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0}},"normalizer":{"type":"Replace","pattern":{"String":""},"content":"x"}}""", "pattern")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0}},"pre_tokenizer":{"type":"Split","behavior":"Isolated","pattern":{"Regex":"(("}}}""", "regular expression")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0}},"pre_tokenizer":{"type":"Split","behavior":"Nope","pattern":{"String":"a"}}}""", "Nope")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0}},"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}}],"special_tokens":{"x":{"ids":[7]}}}}""", "not in the vocabulary")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0}},"added_tokens":[{"id":-5,"content":"x"}]}""", "-5")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0}},"added_tokens":[{"id":0,"content":"x"}]}""", "both")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0}},"normalizer":{"type":"Precompiled","precompiled_charsmap":"/////w=="}}""", "precompiled")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"\ud800":0}}}""", "not valid")]
    public void Load_BrokenTokenizerJson_SaysWhat(string json, string part)
    {
        using var files = new TestFiles();
        var file = files.Write("tokenizer.json", json);
        var error = Assert.Throws<ModelFormatException>(() => TokenizerLoader.Load(file));
        Assert.Equal(file, error.File);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_InvalidUtf8_IsRefused()
    {
        using var files = new TestFiles();
        byte[] bytes = [.. """{"model":{"type":"BPE","vocab":{"a"""u8, 0xFF, .. "\":0}}}"u8];
        Assert.Throws<ModelFormatException>(() => TokenizerLoader.Load(files.Write("tokenizer.json", bytes)));
    }

    [Fact]
    public void Load_DeepJson_IsRefusedQuickly() =>
        AssertRefusedQuickly("tokenizer.json", Encoding.UTF8.GetBytes("{\"normalizer\":" + new string('[', 5_000_000)));

    [Fact]
    public void Load_DeepSequences_AreRefusedQuickly()
    {
        var normalizer = string.Concat(Enumerable.Repeat("""{"type":"Sequence","normalizers":[""", 100_000));
        AssertRefusedQuickly("tokenizer.json", Encoding.UTF8.GetBytes("{\"normalizer\":" + normalizer));
    }

    [Fact]
    public void Load_MoreMergesThanAllowed_IsRefusedQuickly()
    {
        var merges = string.Concat(Enumerable.Repeat("\"a a\",", 1_100_000)) + "\"a a\"";
        AssertRefusedQuickly("tokenizer.json", Encoding.UTF8.GetBytes($$$"""{"model":{"type":"BPE","vocab":{"a":0,"aa":1},"merges":[{{{merges}}}]}}"""));
    }

    [Fact]
    public void Load_LongFile_IsRefusedQuickly()
    {
        using var files = new TestFiles();
        var file = Path.Combine(files.Folder, "tokenizer.json");
        using (var stream = File.Create(file)) stream.SetLength(1L << 33);
        Assert.Contains("bytes", AssertRefusedQuickly(file).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SentencePieceLengthBeyondTheFile_IsRefusedQuickly() =>
        AssertRefusedQuickly("tokenizer.model", [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x0A, 0x01]);

    [Fact]
    public void Encode_MergesThatFormACycle_End()
    {
        // "a b" makes "ab" and "ab a" makes "aba", which merges on into ever longer pieces until none is left
        var tokenizer = Load("""{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"aba":3,"abab":4,"ababab":5},"merges":["ab a","aba b","abab ab","a b"]}}""");
        var text = string.Concat(Enumerable.Repeat("ab", 50_000));
        var watch = Stopwatch.StartNew();
        Assert.Equal(text, string.Concat(tokenizer.Encode(text).Select(tokenizer.TokenText)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), watch.Elapsed.ToString());
    }

    [Fact]
    public void Encode_PatternThatBacktracksWithoutEnd_NamesIt()
    {
        var tokenizer = Load("""{"model":{"type":"BPE","vocab":{"a":0}},"pre_tokenizer":{"type":"Split","behavior":"Isolated","pattern":{"Regex":"(a+)+$"}}}""");
        var error = Assert.Throws<ModelFormatException>(() => tokenizer.Encode(new string('a', 60) + "!"));
        Assert.Contains("pre_tokenizer.pattern", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UnigramOfEndlessPieces_IsRefusedQuickly()
    {
        var random = new Random(1);
        var pieces = string.Join(',', Enumerable.Range(0, 400_000).Select(_ => $"[\"{random.NextInt64():x16}\",-1]"));
        AssertRefusedQuickly("tokenizer.json", Encoding.UTF8.GetBytes($$$"""{"model":{"type":"Unigram","unk_id":0,"vocab":[{{{pieces}}}]}}"""));
    }

    [Fact]
    public void Load_AnyByteChanged_LoadsOrIsRefused()
    {
        using var files = new TestFiles();
        var random = new Random(20261122);
        var json = Encoding.UTF8.GetBytes(ByteLevelFixture.Json().ToJsonString());
        var model = SentencePieceFixture.Bpe();
        for (var i = 0; i < 400; i++)
        {
            Try(files.Write("tokenizer.json", Changed(json, random)));
            Try(files.Write("tokenizer.model", Changed(model, random)));
        }

        static void Try(string file)
        {
            try
            {
                var tokenizer = TokenizerLoader.Load(file);
                var ids = tokenizer.Encode("hello é 🦙 world");
                Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
                tokenizer.Decode(ids);
            }
            catch (ModelFormatException error)
            {
                Assert.Equal(file, error.File);
            }
        }
    }

    private static byte[] Changed(byte[] bytes, Random random)
    {
        var changed = bytes.ToArray();
        for (var n = random.Next(1, 4); n > 0; n--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? changed[..random.Next(changed.Length)] : changed;
    }

    private static Tokenizer Load(string json)
    {
        using var files = new TestFiles();
        return TokenizerLoader.Load(files.Write("tokenizer.json", json));
    }

    private static void AssertRefusedQuickly(string name, byte[] content)
    {
        using var files = new TestFiles();
        AssertRefusedQuickly(files.Write(name, content));
    }

    // a quiet machine needs well under a second; ten keep a busy one from failing the test
    private static ModelFormatException AssertRefusedQuickly(string file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        var error = Assert.Throws<ModelFormatException>(() => TokenizerLoader.Load(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200L << 20);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), watch.Elapsed.ToString());
        return error;
    }
}
