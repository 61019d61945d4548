using System.Text;
using DecodeAlign.Models;

namespace DecodeAlign.Tests.Tokenizers;

public class OtherModelTests
{
    private const string WordPiece = """
        {"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"lowercase":true},
         "pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
         "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":10,
          "vocab":{"[UNK]":0,"un":1,"##aff":2,"##able":3,"!":4,"中":5,"resume":6}}}
        """;

    [Fact]
    public void WordPiece_Words_AreCutFromTheLeft()
    {
        using var files = new TestFiles();
        var tokenizer = TokenizerLoader.Load(files.Write("tokenizer.json", WordPiece));
        var ids = tokenizer.Encode("UNaffable! 中résumé unaffx un");
        Assert.Equal(["un", "##aff", "##able", "!", "中", "resume", "[UNK]", "un"], ids.Select(tokenizer.TokenText));
        Assert.Equal("unaffable! 中 resume [UNK] un", tokenizer.Decode(ids));
        Assert.Equal(["[UNK]"], tokenizer.Encode(new string('u', 11)).Select(tokenizer.TokenText));
        Assert.Equal([new(5, 0, 1), new(6, 1, 6)], tokenizer.EncodeWithOffsets("中résumé"));
    }

    [Theory]
    [InlineData("{}", true, true)]
    [InlineData("""{"do_lower_case":false}""", false, false)]
    [InlineData("""{"do_lower_case":true,"strip_accents":false}""", true, false)]
    public void WordPiece_VocabularyOfLines_IsTheTokenizerOfTheSameJson(string configuration, bool lowercase, bool strips)
    {
        string[] pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "!", "中", "resume", "résumé", "UN", "'", "s"];
        using var lines = new TestFiles();
        using var json = new TestFiles();
        lines.Write("vocab.txt", string.Join("\r\n", pieces));
        lines.Write("tokenizer_config.json", configuration);
        var vocabulary = System.Text.Json.JsonSerializer.Serialize(pieces.Index().ToDictionary(pair => pair.Item, pair => pair.Index));
        json.Write("tokenizer.json", $$"""
            {"normalizer":{"type":"BertNormalizer","lowercase":{{(lowercase ? "true" : "false")}},"strip_accents":{{(strips ? "true" : "false")}}},"pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":{"type":"WordPiece"},
             "added_tokens":[{{string.Join(',', pieces.Take(5).Select((piece, id) => $$"""{"id":{{id}},"content":"{{piece}}","special":true,"normalized":false}"""))}}],
             "post_processor":{"type":"BertProcessing","cls":["[CLS]",2],"sep":["[SEP]",3]},
             "model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{{vocabulary}} }
            }
            """);
        var (ours, expected) = (TokenizerLoader.Load(lines.Folder), TokenizerLoader.Load(json.Folder));
        foreach (var text in (string[])["UNaffable! 中résumé unaffx un's", "", "[MASK] un\t\u0000un\n[SEP]", new string('u', 101)])
        {
            Assert.Equal(expected.Encode(text), ours.Encode(text));
            Assert.Equal(expected.Decode(expected.Encode(text)), ours.Decode(ours.Encode(text)));
        }
        Assert.Equal(TokenizerLoader.Load(lines.Folder).Fingerprint, ours.Fingerprint);
    }

    [Fact]
    public void WordPiece_BrokenVocabularyOfLines_IsNamed()
    {
        using var files = new TestFiles();
        Assert.Contains("has no line [CLS]", Assert.Throws<ModelFormatException>(() => TokenizerLoader.Load(files.Write("vocab.txt", "[UNK]\n[SEP]\n"))).Message, StringComparison.Ordinal);
        Assert.Contains("line 3: \"a\" has two ids", Assert.Throws<ModelFormatException>(() => TokenizerLoader.Load(files.Write("vocab.txt", "a\nb\na\n"))).Message, StringComparison.Ordinal);
        Assert.Contains("the vocabulary is empty", Assert.Throws<ModelFormatException>(() => TokenizerLoader.Load(files.Write("vocab.txt", ""))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Llama2c_Binary_TokenisesAsSentencePiece()
    {
        using var files = new TestFiles();
        List<byte> bytes = [7, 0, 0, 0];
        string[] special = ["<unk>", "\n<s>\n", "\n</s>\n", .. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>")];
        string[] normal = ["he", " he", "llo", "ll", " ", "h", "e", "l", "o"];
        foreach (var (piece, score) in special.Select(piece => (piece, 0f)).Concat(normal.Select((piece, i) => (piece, (float)-i))))
            bytes.AddRange([.. BitConverter.GetBytes(score), .. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(piece)), .. Encoding.UTF8.GetBytes(piece)]);
        var tokenizer = TokenizerLoader.Load(files.Write("tok.bin", [.. bytes]));
        Assert.Equal(["<s>", "▁he", "llo", "▁he", "<0x0A>"], tokenizer.Encode("hello he\n").Select(tokenizer.TokenText));
        Assert.Equal("hello he\n", tokenizer.Decode(tokenizer.Encode("hello he\n")));
        Assert.Throws<ModelFormatException>(() => TokenizerLoader.Load(files.Write("cut.bin", [.. bytes.Take(bytes.Count - 1)])));
    }

    [Fact]
    public void Llama2c_Stories260K_GivesTheModelFilesIds()
    {
        var binary = TokenizerLoader.Load(SharedData.Require("models/stories260K/tok512.bin"));
        var model = TokenizerLoader.Load(SharedData.Require("models/stories260K/tok512.model"));
        foreach (var text in (string[])["Once upon a time", "", "two lines\nof text", "Lily's é 🦙"]) Assert.Equal(model.Encode(text), binary.Encode(text));
    }
}
