using System.Text.Json;
using System.Text.RegularExpressions;

namespace DecodeAlign.Experiments;

/// <summary>Words that a text should hold, each with the forms that count as it.</summary>
internal sealed class ConceptSet
{
    private readonly Regex[] _words;

    public ConceptSet(string[][] forms)
    {
        Forms = forms;
        _words = [.. forms.Select(any => new Regex($@"(?<![\p{{L}}\p{{N}}])(?:{string.Join('|', any.Select(Regex.Escape))})(?![\p{{L}}\p{{N}}])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))];
    }

    public string[][] Forms { get; }

    /// <summary>Share of the words found in a text, by regular expressions of its own: not the scorer that the search ranks by.</summary>
    public double Coverage(string text) => _words.Count(word => word.IsMatch(text)) / (double)_words.Length;

    /// <summary>Where each word that is found first stands, in characters.</summary>
    public IEnumerable<(int Start, int Length)> Places(string text) => _words.Select(word => word.Match(text)).Where(match => match.Success).Select(match => (match.Index, match.Length));

    /// <summary>CommonGen's dev sets with their published inflections, a random choice of them.</summary>
    public static ConceptSet[] CommonGen(string folder, int count, int seed)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, "unique.dev.constraint.json"));
        var all = lines.Where(line => line.Length > 0).Select(line => new ConceptSet(JsonSerializer.Deserialize<string[][]>(line)!)).ToArray();
        new Random(seed).Shuffle(all);
        return all[..Math.Min(count, all.Length)];
    }

    /// <summary>The same sets, the word that names each concept before its other forms: the inflections are published in no order.</summary>
    public static ConceptSet[] CommonGenByWord(string folder, int count, int seed)
    {
        var words = File.ReadAllLines(Path.Combine(folder, "unique.dev.src.txt")).Where(line => line.Length > 0).Select(line => line.Split(' ').ToHashSet()).ToArray();
        var forms = File.ReadAllLines(Path.Combine(folder, "unique.dev.constraint.json")).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<string[][]>(line)!);
        var all = forms.Select((set, i) => new ConceptSet([.. set.Select(any => (string[])[.. any.OrderByDescending(words[i].Contains)])])).ToArray();
        new Random(seed).Shuffle(all);
        return all[..Math.Min(count, all.Length)];
    }

    /// <summary>Random pairs of nouns that children's stories are full of; singular or plural counts.</summary>
    public static ConceptSet[] NounPairs(int count, int seed)
    {
        string[] nouns =
        [
            "ball", "bear", "bed", "bike", "bird", "boat", "book", "box", "boy", "bug", "cake", "car", "cat", "chair", "cloud", "cookie", "cow", "cup", "dog", "doll",
            "door", "dress", "duck", "egg", "farm", "fish", "flower", "fox", "friend", "frog", "garden", "girl", "hat", "hill", "horse", "house", "king", "kite", "lake", "leaf",
            "lion", "moon", "mouse", "park", "pig", "rabbit", "river", "rock", "room", "school", "shirt", "shoe", "spoon", "star", "stick", "table", "toy", "train", "tree", "truck",
        ];
        var random = new Random(seed);
        var pairs = new List<ConceptSet>();
        while (pairs.Count < count)
        {
            var (one, other) = (nouns[random.Next(nouns.Length)], nouns[random.Next(nouns.Length)]);
            if (one != other) pairs.Add(new([[one, one + "s"], [other, other + "s"]]));
        }
        return [.. pairs];
    }
}
