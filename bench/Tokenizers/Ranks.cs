using System.IO.Compression;
using System.Reflection;
using System.Text;
using System.Text.Json;
using DecodeAlign.MicrosoftTokenizers;

namespace DecodeAlign.Benchmarks;

/// <summary>A vocabulary by ranks, as a rank file and as the tokenizer.json that says the same.</summary>
internal sealed class Ranks(RankEncoding encoding, IReadOnlyList<byte[]> tokens)
{
    private static readonly string Alphabet = MakeAlphabet();

    public RankEncoding Encoding => encoding;

    /// <summary>One that Microsoft's data packages hold.</summary>
    public static Ranks Published(RankEncoding encoding, string package)
    {
        var assembly = Assembly.Load($"Microsoft.ML.Tokenizers.Data.{package}");
        using var packed = new DeflateStream(assembly.GetManifestResourceStream($"{encoding.Name}.tiktoken.deflate")!, CompressionMode.Decompress);
        using var reader = new StreamReader(packed);
        return new(encoding, [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(Convert.FromBase64String)]);
    }

    /// <summary>One made of the vocab.json of a byte-level vocabulary, whose ids are its merges' order.</summary>
    public static Ranks OfVocabulary(RankEncoding encoding, string file)
    {
        var ids = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(file))!;
        return new(encoding with { Ranks = ids.Count }, [.. ids.OrderBy(entry => entry.Value).Select(entry => entry.Key.Select(letter => (byte)Alphabet.IndexOf(letter)).ToArray())]);
    }

    public void WriteRankFile(string file) => File.WriteAllLines(file, tokens.Select((token, rank) => $"{Convert.ToBase64String(token)} {rank}"));

    public void WriteTokenizerJson(string file)
    {
        var ranks = tokens.Select((token, rank) => (Spelled: Spelled(token), Rank: rank)).ToDictionary(entry => entry.Spelled, entry => entry.Rank);
        var merges = ranks.Where(entry => entry.Key.Length > 1).OrderBy(entry => entry.Value).Select(entry => Parts(ranks, entry.Key, entry.Value)).Where(parts => parts.Count == 2).Select(parts => string.Join(' ', parts));
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            added_tokens = encoding.SpecialTokens.OrderBy(token => token.Value).Select(token => new { id = token.Value, content = token.Key, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true }),
            pre_tokenizer = new
            {
                type = "Sequence",
                pretokenizers = new object[]
                {
                    new { type = "Split", pattern = new { Regex = encoding.Pattern }, behavior = "Isolated", invert = false },
                    new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = false },
                },
            },
            decoder = new { type = "ByteLevel", add_prefix_space = true, trim_offsets = true, use_regex = true },
            model = new { type = "BPE", ignore_merges = true, vocab = ranks, merges },
        }));
    }

    /// <summary>What a token was merged from: its bytes, joined by all ranks below its own.</summary>
    private static List<string> Parts(Dictionary<string, int> ranks, string token, int rank)
    {
        List<string> parts = [.. token.Select(letter => letter.ToString())];
        while (parts.Count > 2)
        {
            var (best, at) = (rank, -1);
            for (var i = 0; i + 1 < parts.Count; i++)
                if (ranks.TryGetValue(parts[i] + parts[i + 1], out var found) && found < best) (best, at) = (found, i);
            if (at < 0) break;
            parts[at] += parts[at + 1];
            parts.RemoveAt(at + 1);
        }
        return parts;
    }

    private static string Spelled(byte[] token) => string.Concat(token.Select(value => Alphabet[value]));

    private static string MakeAlphabet()
    {
        var letters = new StringBuilder();
        var next = '\u0100';
        for (var value = 0; value < 256; value++) letters.Append(value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)value : next++);
        return letters.ToString();
    }
}
