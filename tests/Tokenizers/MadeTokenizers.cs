using System.Text;
using System.Text.Json.Nodes;

namespace DecodeAlign.Tests;

/// <summary>Made tokenizers with every normalizer, pre-tokenizer and model, and random texts that are hard on them.</summary>
internal static class MadeTokenizers
{
    private static readonly string[] Alphabet =
    [
        "a", "b", "the", " the", "hello", "World", "é", "e\u0301", "ß", "İ", "ΑΣ", "中", "文", "日本", "ひ", "カ", "한국", "ж", "ק", "ا", "'", "'s", "'RE", "’", "1", "23", "½", "²", "٣", " ", "  ", "   ", "\n", "\r\n", "\n\n", "\t",
        "\u00A0", "\u3000", "\u2028", "\u0085", "\f", "\v", "\u001C", ".", ",", "!!", "?", "-", "_", "(", ")", "[", "{", "$", "+", "=", "<", ">", "«", "—", "…", "🦙", "👩‍👧", "𝒳", "𐐀", "𝟙", "𠀀", "\u200D", "\u200B", "\u00AD", "\uFFFD", "\uFEFF", "ा", "ﬁ", "Ａ", "①", "\u0000", "\uE000",
        "<|endoftext|>", "<s>", "</s>", "<|im_start|>", "[CLS]", "##", "▁", "Ġ",
    ];

    private static readonly string[] Pieces = ["a", "b", "e", "h", "l", "o", "t", "the", "he", "hello", "world", "wor", "ld", "é", "ß", "1", "23", "日本", "ж", "s", "re"];

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

    /// <summary>Every normalizer and every pre-tokenizer about byte-level BPE, and the other models; by name, each a tokenizer.json.</summary>
    public static IReadOnlyDictionary<string, Func<JsonObject>> All { get; } = Collect();

    /// <summary>A random text.</summary>
    public static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));

    private static Dictionary<string, Func<JsonObject>> Collect()
    {
        (string Normalizer, string Words)[] parts = [.. Normalizers.Keys.Select(normalizer => (normalizer, "byte level")), .. PreTokenizers.Keys.Select(words => ("none", words)), ("bert", "bert"), ("nfkc", "gpt-4o")];
        var all = parts.Distinct().ToDictionary(part => $"{part.Normalizer} / {part.Words}", part => (Func<JsonObject>)(() => ByteLevel(part.Normalizer, part.Words)));
        all.Add("word pieces", WordPieces);
        all.Add("unigram", () => Unigram(byteFallback: false));
        all.Add("unigram, byte fallback", () => Unigram(byteFallback: true));
        all.Add("byte fallback", ByteFallback);
        return all;
    }

    private static JsonObject WordPieces()
    {
        var vocabulary = new JsonObject();
        foreach (var piece in (string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", .. Pieces, .. Pieces.Select(piece => "##" + piece), ".", ",", "!", "?", "-", "'", "(", ")", "中", "文"]) vocabulary.TryAdd(piece, vocabulary.Count);
        return Whole(Normalizers["bert"], """{"type":"BertPreTokenizer"}""", """{"type":"WordPiece","prefix":"##","cleanup":true}""", Added(vocabulary, "[UNK]", "[CLS]"),
            new() { ["type"] = "WordPiece", ["unk_token"] = "[UNK]", ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 12, ["vocab"] = vocabulary });
    }

    private static JsonObject Unigram(bool byteFallback)
    {
        var pieces = new JsonArray();
        var ids = new JsonObject();
        foreach (var piece in (string[])["<unk>", "<s>", "</s>", .. byteFallback ? Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>") : [], "▁", .. Pieces, .. Pieces.Select(piece => "▁" + piece), ".", ",", "!", "!!"])
            if (ids.TryAdd(piece, ids.Count)) pieces.Add(new JsonArray(piece, piece.StartsWith('<') ? 0 : -1.5 - (ids.Count * 37 % 101 / 10.0)));
        return Whole("null", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", Added(ids, "<unk>", "<s>", "</s>"),
            new() { ["type"] = "Unigram", ["unk_id"] = 0, ["byte_fallback"] = byteFallback, ["vocab"] = pieces });
    }

    /// <summary>As Llama 2 has it: SentencePiece's BPE, and bytes for what it has no piece for.</summary>
    private static JsonObject ByteFallback()
    {
        var vocabulary = new JsonObject();
        foreach (var piece in (string[])["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>"), "▁", "▁▁", .. Pieces.SelectMany(piece => piece.EnumerateRunes()).Select(rune => rune.ToString())]) vocabulary.TryAdd(piece, vocabulary.Count);
        var merges = new JsonArray(new JsonArray("▁", "▁"));
        foreach (var word in Pieces.Concat(Pieces.Select(piece => "▁" + piece)))
        {
            var parts = word.EnumerateRunes().Select(rune => rune.ToString()).ToList();
            for (; parts.Count > 1; parts = [parts[0] + parts[1], .. parts[2..]])
                if (vocabulary.TryAdd(parts[0] + parts[1], vocabulary.Count)) merges.Add(new JsonArray(parts[0], parts[1]));
        }
        return Whole("""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""", "null",
            """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""", Added(vocabulary, "<unk>", "<s>", "</s>"),
            new()
            {
                ["type"] = "BPE", ["dropout"] = null, ["unk_token"] = "<unk>", ["continuing_subword_prefix"] = null, ["end_of_word_suffix"] = null, ["fuse_unk"] = true, ["byte_fallback"] = true, ["ignore_merges"] = false,
                ["vocab"] = vocabulary, ["merges"] = merges,
            });
    }

    private static JsonArray Added(JsonObject ids, params string[] tokens) =>
        [.. tokens.Select(token => (JsonNode)new JsonObject { ["id"] = ids[token]!.GetValue<int>(), ["content"] = token, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true })];

    private static JsonObject Whole(string normalizer, string preTokenizer, string decoder, JsonArray added, JsonObject model) => new()
    {
        ["version"] = "1.0", ["truncation"] = null, ["padding"] = null, ["added_tokens"] = added, ["normalizer"] = JsonNode.Parse(normalizer), ["pre_tokenizer"] = JsonNode.Parse(preTokenizer),
        ["post_processor"] = null, ["decoder"] = JsonNode.Parse(decoder), ["model"] = model,
    };

    /// <summary>Byte-level BPE with merges of the alphabet's own words.</summary>
    private static JsonObject ByteLevel(string normalizer, string preTokenizer)
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
}
