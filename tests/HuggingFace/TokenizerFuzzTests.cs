using System.Text;
using System.Text.Json.Nodes;
using DecodeAlign.DefaultModel;
using DecodeAlign.Models;
using Theirs = Tokenizers.DotNet.Tokenizer;

namespace DecodeAlign.Tests;

/// <summary>Random texts through our tokenizers and Hugging Face's own library, on the same tokenizer.json: real ones, and made ones with every normalizer and pre-tokenizer. The same ids, the same text back.</summary>
public sealed class TokenizerFuzzTests : IDisposable
{
    private static readonly int Texts = Environment.GetEnvironmentVariable("DECODEALIGN_PROOF") switch { "long" => 50_000, "middle" => 4000, _ => 1000 };

    private static readonly string[] Alphabet =
    [
        "a", "b", "the", " the", "hello", "World", "é", "e\u0301", "ß", "İ", "ΑΣ", "中", "文", "日本", "ひ", "カ", "한국", "ж", "ק", "ا", "'", "'s", "'RE", "’", "1", "23", "½", "²", "٣", " ", "  ", "   ", "\n", "\r\n", "\n\n", "\t",
        "\u00A0", "\u3000", "\u2028", "\u0085", "\f", "\v", "\u001C", ".", ",", "!!", "?", "-", "_", "(", ")", "[", "{", "$", "+", "=", "<", ">", "«", "—", "…", "🦙", "👩‍👧", "𝒳", "𐐀", "𝟙", "𠀀", "\u200D", "\u200B", "\u00AD", "\uFFFD", "\uFEFF", "ा", "ﬁ", "Ａ", "①", "\u0000", "\uE000",
        "<|endoftext|>", "<s>", "</s>", "<|im_start|>", "[CLS]", "##", "▁", "Ġ",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("decodealign-fuzz-").FullName;

    public static TheoryData<string> Real => ["embedded", "tokenizers/phi-3-mini", "tokenizers/smollm", "tokenizers/tinystories-other/simplestories-4096.json", "models/TinyStories-656K"];

    public static TheoryData<string, string> Made
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var normalizer in Normalizers.Keys) data.Add(normalizer, "byte level");
            foreach (var words in PreTokenizers.Keys) data.Add("none", words);
            data.Add("bert", "bert");
            data.Add("nfkc", "gpt-4o");
            return data;
        }
    }

    private static Dictionary<string, string> Normalizers { get; } = new()
    {
        ["none"] = "null", ["nfc"] = """{"type":"NFC"}""", ["nfd"] = """{"type":"NFD"}""", ["nfkc"] = """{"type":"NFKC"}""", ["nfkd"] = """{"type":"NFKD"}""", ["lowercase"] = """{"type":"Lowercase"}""",
        ["strip"] = """{"type":"Strip","strip_left":true,"strip_right":true}""", ["prepend"] = """{"type":"Prepend","prepend":"▁"}""", ["nmt"] = """{"type":"Nmt"}""",
        ["strip accents"] = """{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"}]}""", ["replace"] = """{"type":"Replace","pattern":{"String":" "},"content":"▁"}""", ["replace by pattern"] = """{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}""",
        ["bert"] = """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""", ["bert, cased"] = """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":false,"strip_accents":false,"lowercase":false}""",
    };

    private static Dictionary<string, string> PreTokenizers { get; } = new()
    {
        ["byte level"] = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""",
        ["byte level, prefixed"] = """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""",
        ["digits"] = Before("""{"type":"Digits","individual_digits":true}"""),
        ["digit runs"] = Before("""{"type":"Digits","individual_digits":false}"""),
        ["punctuation"] = Before("""{"type":"Punctuation","behavior":"Isolated"}"""),
        ["white space"] = Before("""{"type":"Whitespace"}"""),
        ["white space alone"] = Before("""{"type":"WhitespaceSplit"}"""),
        ["bert"] = Before("""{"type":"BertPreTokenizer"}"""),
        ["metaspace"] = Before("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}"""),
        ["merged with next"] = Before("""{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithNext","invert":false}"""),
        ["merged with previous"] = Before("""{"type":"Split","pattern":{"Regex":"[\\s\\p{P}]"},"behavior":"MergedWithPrevious","invert":false}"""),
        ["contiguous"] = Before("""{"type":"Split","pattern":{"Regex":"\\p{L}"},"behavior":"Contiguous","invert":false}"""),
        ["llama 3"] = Pattern(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"),
        ["gpt-4o"] = Pattern(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"),
        // DeepSeek-LLM's, without its Greek
        ["letters spelled out"] = Sequence(
            Split(@"[\r\n]"),
            Split(@"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+"),
            Split(@"\s?[!-/:-~！-／：-～‘-‟　-。]+"), Split(@"\s+$"), Split("[一-龥ࠀ-一가-퟿]+"), """{"type":"Digits","individual_digits":true}"""),
    };

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
    public void Encode_MadeTokenizer_AgreesWithHuggingFacesLibrary(string normalizer, string preTokenizer)
    {
        var path = Path.Combine(_folder, "tokenizer.json");
        File.WriteAllText(path, Json(normalizer, preTokenizer).ToJsonString());
        Compare(path);
    }

    private static void Compare(string path)
    {
        var ours = TokenizerLoader.Load(path);
        using var theirs = new Theirs(path);
        var random = new Random(20261128);
        for (var i = 0; i < Texts; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            var (expected, actual) = (theirs.Encode(text).Select(id => (int)id).ToArray(), ours.Encode(text));
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"text {i}, {Visible(text)}: {string.Join(' ', expected.Select(ours.TokenText))} there, {string.Join(' ', actual.Select(ours.TokenText))} here");
        }
    }

    /// <summary>Byte-level BPE with merges of the alphabet's own words.</summary>
    private static JsonObject Json(string normalizer, string preTokenizer)
    {
        var vocabulary = new JsonObject();
        for (var b = 0; b < 256; b++) vocabulary[Spell((byte)b)] = b;
        var merges = new JsonArray();
        foreach (var word in (string[])["the", " the", "hello", "World", "中文", "日本", "ж", "é", "  ", "!!", "▁the", "▁hello", "𝒳", "🦙"])
        {
            var parts = Encoding.UTF8.GetBytes(word).Select(Spell).ToList();
            while (parts.Count > 1)
            {
                var merged = parts[0] + parts[1];
                if (!vocabulary.ContainsKey(merged))
                {
                    merges.Add(new JsonArray(parts[0], parts[1]));
                    vocabulary[merged] = vocabulary.Count;
                }
                parts = [merged, .. parts[2..]];
            }
        }
        var id = vocabulary.Count;
        var added = new JsonArray();
        foreach (var token in (string[])["<|endoftext|>", "<s>"])
            added.Add(new JsonObject { ["id"] = id++, ["content"] = token, ["single_word"] = false, ["lstrip"] = token == "<s>", ["rstrip"] = false, ["normalized"] = false, ["special"] = true });
        return new JsonObject
        {
            ["version"] = "1.0", ["truncation"] = null, ["padding"] = null, ["added_tokens"] = added,
            ["normalizer"] = JsonNode.Parse(Normalizers[normalizer]), ["pre_tokenizer"] = JsonNode.Parse(PreTokenizers[preTokenizer]), ["post_processor"] = null,
            ["decoder"] = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = null, ["continuing_subword_prefix"] = null, ["end_of_word_suffix"] = null, ["fuse_unk"] = false, ["byte_fallback"] = false, ["ignore_merges"] = false,
                ["vocab"] = vocabulary, ["merges"] = merges,
            },
        };
    }

    private static string Before(string first) => Sequence(first);

    private static string Pattern(string regex) => Sequence(Split(regex));

    private static string Split(string regex) => new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = regex }, ["behavior"] = "Isolated", ["invert"] = false }.ToJsonString();

    // what has been cut is spelled in bytes
    private static string Sequence(params string[] parts) => $$"""{"type":"Sequence","pretokenizers":[{{string.Join(',', parts)}},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}""";

    private static string Spell(byte value)
    {
        static bool Printable(int b) => b is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
        return ((char)(Printable(value) ? value : 256 + Enumerable.Range(0, value).Count(b => !Printable(b)))).ToString();
    }

    private static string Visible(string text) => string.Concat(text.Select(c => c is >= ' ' and < '\x7f' ? c.ToString() : $"\\u{(int)c:x4}"));
}
