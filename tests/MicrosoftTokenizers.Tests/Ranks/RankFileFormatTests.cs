using System.Text;
using System.Text.Json;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.MicrosoftTokenizers;
using DecodeAlign.Models;
using Microsoft.ML.Tokenizers;
using Tokenizer = DecodeAlign.Models.Tokenizer;

namespace DecodeAlign.Tests;

public class RankFileFormatTests(RankFiles files) : IClassFixture<RankFiles>
{
    private static readonly RankFileFormat Format = new();

    // from tiktoken's own tests and OpenAI's cookbook
    [Theory]
    [InlineData("r50k_base", "hello world", new[] { 31373, 995 })]
    [InlineData("r50k_base", "hello <|endoftext|>", new[] { 31373, 220, 50256 })]
    [InlineData("cl100k_base", "hello world", new[] { 15339, 1917 })]
    [InlineData("cl100k_base", "hello <|endoftext|>", new[] { 15339, 220, 100257 })]
    [InlineData("cl100k_base", "rer", new[] { 38149 })]
    [InlineData("cl100k_base", "'rer", new[] { 2351, 81 })]
    [InlineData("cl100k_base", "today\n ", new[] { 31213, 198, 220 })]
    [InlineData("cl100k_base", "today\n \n", new[] { 31213, 27907 })]
    [InlineData("cl100k_base", "tiktoken is great!", new[] { 83, 1609, 5963, 374, 2294, 0 })]
    [InlineData("o200k_base", "tiktoken is great!", new[] { 83, 8251, 2488, 382, 2212, 0 })]
    public void Load_PublishedFile_GivesPublishedIds(string name, string text, int[] ids) => Assert.Equal(ids, Load(name).Encode(text));

    [Theory]
    [InlineData("r50k_base", 50257)]
    [InlineData("cl100k_base", 100277)]
    [InlineData("o200k_base", 200019)]
    public void Load_PublishedFile_BytesOfTokensAreTheText(string name, int size)
    {
        var tokenizer = Load(name);
        Assert.Equal(size, tokenizer.VocabularySize);
        foreach (var text in NastyTexts.Make(500, 7))
        {
            var ids = tokenizer.Encode(text);
            Assert.Equal(text, tokenizer.Decode(ids));
            Assert.Equal(Encoding.UTF8.GetBytes(text), ids.SelectMany(id => tokenizer.TokenBytes(id).ToArray()));
            Assert.DoesNotContain(ids, tokenizer.IsSpecial);
        }
        Assert.True(tokenizer.IsSpecial(size - 1));
        Assert.All(Enumerable.Range(0, size).Where(id => tokenizer.TokenBytes(id).IsEmpty), id => Assert.True(tokenizer.IsSpecial(id)));
    }

    [Fact]
    public void Load_RanksOfMerges_GivesTheIdsOfOurTokenizerOverTheMerges()
    {
        using var folder = new TempFolder();
        var (adapter, ours) = Merged(folder);
        Assert.Equal(ours.VocabularySize, adapter.VocabularySize);
        for (var id = 0; id < ours.VocabularySize; id++) Assert.Equal(ours.TokenBytes(id), adapter.TokenBytes(id));
        foreach (var text in NastyTexts.Make(10_000, 3)) Assert.Equal(ours.Encode(text), adapter.Encode(text));
    }

    [Fact]
    public void Load_Llama3_BeginsTextsAndNamesItsControlTokens()
    {
        using var folder = new TempFolder();
        // Llama 3 has 28,000 tokens more than cl100k, which do not matter here
        var tokens = File.ReadLines(files["cl100k_base"]).Select(line => Convert.FromBase64String(line.Split(' ')[0])).ToList();
        for (var extra = 0; tokens.Count < 128000; extra++) tokens.Add(Encoding.UTF8.GetBytes($"\u0001{extra}\u0001"));
        folder.Write("tokenizer.model", RankFiles.Lines(tokens));
        var tokenizer = TokenizerLoader.Load(folder.Path, [Format]);
        Assert.Equal(128256, tokenizer.VocabularySize);
        Assert.Equal([128000, 15339, 1917, 128009], tokenizer.Encode("hello world<|eot_id|>"));
        Assert.Equal([15339, 1917], tokenizer.Encode("hello world", addSpecialTokens: false));
        Assert.Equal([128000], tokenizer.Encode(""));
        Assert.Equal("<|reserved_special_token_247|>", tokenizer.TokenText(128255));
        Assert.Equal("hello world", tokenizer.Decode(tokenizer.Encode("hello world")));
    }

    [Fact]
    public void Encode_LoneSurrogates_AreReplacementCharacters() => Assert.Equal(Load("o200k_base").Encode("a\uFFFDb"), Load("o200k_base").Encode("a\uD800b"));

    /// <summary>Microsoft's own splitting sees UTF-16 units. Where this fails it has come to see characters, and ours can go.</summary>
    [Fact]
    public void Encode_LettersBeyondUFFFF_AreLettersAsTheLibraryAloneHasThemNot()
    {
        var encoding = RankEncoding.Cl100k;
        var words = new RegexPreTokenizer(new(encoding.Pattern), encoding.SpecialTokens);
        var ours = Load("cl100k_base");
        var alone = TiktokenTokenizer.Create(files["cl100k_base"], words, null, encoding.SpecialTokens);
        Assert.Equal(ours.Encode("plain text 123"), alone.EncodeToIds("plain text 123"));
        Assert.Contains(NastyTexts.Make(200, 11), text => !alone.EncodeToIds(text).SequenceEqual(ours.Encode(text)));
    }

    [Fact]
    public void Load_FolderWithTokenizerJsonToo_ReadsThat()
    {
        using var folder = new TempFolder();
        Merged(folder);
        folder.Write("tokenizer.model", RankFiles.Lines(Enumerable.Range(0, 256).Select(value => new[] { (byte)value })));
        Assert.IsType<Tokenizer>(TokenizerLoader.Load(folder.Path, [Format]));
        Assert.Throws<ModelFormatException>(() => TokenizerLoader.Load(folder.File("tokenizer.model"), [Format]));
    }

    [Theory]
    [InlineData("r50k_base")]
    [InlineData("o200k_base")]
    public void Restrict_RegularExpression_OnlyWhatMatchesIsWritten(string name)
    {
        var tokenizer = Load(name);
        const string pattern = " (fox|日本語|𝐀🦊){1,3} [0-9]{2}-[a-f]{3}";
        var random = new Random(1);
        for (var run = 0; run < 5; run++)
        {
            var tree = new TokenTree();
            var root = tree.AddRoot(tokenizer.Encode("Once"));
            var facts = new ModelFacts { Name = "none", VocabularySize = tokenizer.VocabularySize, EosIds = [tokenizer.VocabularySize - 1], Capabilities = default, TokenizerFingerprint = tokenizer.Fingerprint, ContextLength = 100 };
            using var session = new RegexMatch(pattern).Open(new() { Tree = tree, Root = root, Prompt = "Once", Tokenizer = tokenizer, Model = facts, MaxTokens = 60 });
            var node = root;
            for (var left = 60; left > 0 && !session.Accepts(node); left--)
            {
                var mask = new TokenMask(tokenizer.VocabularySize, allowed: true);
                Assert.True(session.Restrict(node, left, mask));
                var allowed = Enumerable.Range(0, tokenizer.VocabularySize).Where(token => mask[token]).ToArray();
                node = tree.Append(node, allowed[random.Next(allowed.Length)]);
            }
            Assert.Matches($"^{pattern}$", GeneratedText.Decode(tokenizer, tree.Path(root, node)));
        }
    }

    [Theory]
    [InlineData("AAA=", "is not a token in base64")]
    [InlineData("AA== x", "is not a token in base64")]
    [InlineData("AA== -1", "is not a token in base64")]
    [InlineData("A!== 0", "is not a token in base64")]
    [InlineData(" 0", "is not a token in base64")]
    [InlineData("AA== 0\nAQ== 0", "line 2: gives rank 0 a second time")]
    [InlineData("AA== 0\nAQ== 2", "none has rank 1")]
    [InlineData("AA== 0\nAQ== 4000000000", "line 2: is not a token")]
    [InlineData("AA== 0\nAA== 1", "1 of the 256 bytes")]
    public void Load_BrokenFile_SaysWhat(string text, string part)
    {
        using var folder = new TempFolder();
        folder.Write("x.tiktoken", text);
        var error = Assert.Throws<ModelFormatException>(() => Format.Load(folder.File("x.tiktoken")));
        Assert.Equal(folder.File("x.tiktoken"), error.File);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UnknownNumberOfTokens_SaysWhichAreKnown()
    {
        using var folder = new TempFolder();
        folder.Write("x.tiktoken", RankFiles.Lines(Enumerable.Range(0, 256).Select(value => new[] { (byte)value })));
        var message = Assert.Throws<ModelFormatException>(() => Format.Load(folder.File("x.tiktoken"))).Message;
        Assert.Contains("256 tokens", message, StringComparison.Ordinal);
        Assert.Contains("llama3 has 128000", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_OtherFiles_No()
    {
        using var folder = new TempFolder();
        foreach (var text in new[] { "", "{}", "\n", "AA==\n", "#version: 0.2\n", new string('A', 10_000) })
        {
            folder.Write("other", text);
            Assert.False(Format.Reads(folder.File("other")));
        }
        folder.Write("ranks", "AA== 0\r\n");
        Assert.True(Format.Reads(folder.File("ranks")));
    }

    [Fact]
    public void Load_DamagedFile_NeverFailsOtherwise()
    {
        var random = new Random(5);
        var good = Encoding.ASCII.GetBytes(RankFiles.Lines(Enumerable.Range(0, 256).Select(value => new[] { (byte)value })));
        using var folder = new TempFolder();
        var format = new RankFileFormat(new RankEncoding("bytes", 256, ".", new Dictionary<string, int>()));
        for (var run = 0; run < 300; run++)
        {
            var bytes = good.AsSpan(0, random.Next(4) == 0 ? random.Next(good.Length) : good.Length).ToArray();
            for (var changes = random.Next(4); changes > 0 && bytes.Length > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(folder.File("x.tiktoken"), bytes);
            _ = format.Reads(folder.File("x.tiktoken"));
            try
            {
                Assert.Equal("a b", format.Load(folder.File("x.tiktoken")) is { } tokenizer ? tokenizer.Decode(tokenizer.Encode("a b")) : "");
            }
            catch (ModelFormatException)
            {
            }
        }
    }

    private ITokenizer Load(string name) => TokenizerLoader.Load(files[name], [Format]);

    /// <summary>Merges learned from a few lines, GPT-2's way, as a rank file through the adapter and as vocab.json and merges.txt through our tokenizer.</summary>
    private static (ITokenizer Adapter, ITokenizer Ours) Merged(TempFolder folder)
    {
        var words = "the quick brown fox jumps over the lazy dog then they there these other another the the don't we've 日本語 日本 naïve 123 1234".Split(' ').SelectMany(word => new[] { word, " " + word })
            .Select(word => Encoding.UTF8.GetBytes(word).Select(value => new[] { value }).ToList()).ToList();
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];
        List<(byte[] Left, byte[] Right)> merges = [];
        while (merges.Count < 120 && words.SelectMany(word => word.Zip(word.Skip(1))).GroupBy(pair => (Convert.ToHexString(pair.First), Convert.ToHexString(pair.Second))).MaxBy(group => group.Count()) is { } most)
        {
            var (left, right) = (Convert.FromHexString(most.Key.Item1), Convert.FromHexString(most.Key.Item2));
            if (tokens.Any(token => token.AsSpan().SequenceEqual([.. left, .. right]))) break;
            tokens.Add([.. left, .. right]);
            merges.Add((left, right));
            foreach (var word in words)
                for (var i = 0; i + 1 < word.Count; i++)
                    if (word[i].AsSpan().SequenceEqual(left) && word[i + 1].AsSpan().SequenceEqual(right))
                    {
                        word[i] = [.. left, .. right];
                        word.RemoveAt(i + 1);
                    }
        }
        Assert.True(merges.Count > 60);
        folder.Write("ranks.tiktoken", RankFiles.Lines(tokens));
        folder.Write("vocab.json", JsonSerializer.Serialize(tokens.Select((token, id) => (Piece: Spelled(token), Id: id)).ToDictionary(entry => entry.Piece, entry => entry.Id)));
        folder.Write("merges.txt", "#version: 0.2\n" + string.Concat(merges.Select(merge => $"{Spelled(merge.Left)} {Spelled(merge.Right)}\n")));
        var encoding = RankEncoding.R50k with { Name = "made", Ranks = tokens.Count, SpecialTokens = new Dictionary<string, int>() };
        return (new RankFileFormat(encoding).Load(folder.File("ranks.tiktoken")), TokenizerLoader.Load(folder.File("vocab.json")));
    }

    private static string Spelled(byte[] token)
    {
        var alphabet = new List<int>(Enumerable.Range(0, 256).Where(value => value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE));
        return string.Concat(token.Select(value => alphabet.Contains(value) ? (char)value : (char)(256 + Enumerable.Range(0, value).Count(other => !alphabet.Contains(other)))));
    }
}
