using System.Text;
using System.Text.RegularExpressions;
using DecodeAlign.Constraints;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

/// <summary>A random vocabulary, prompt, limit and constraint, with an independent judge of finished texts.</summary>
internal sealed class ConstraintCase : PromiseCase
{
    private static readonly byte[][] Whole =
    [
        .. new[]
        {
            "f", "o", "x", " f", " fox", "fox", "x ", " ", "es", "xfo", " Ri", "ver", " river", "r", "a", " b", " b c d", ".", "! ", "\"", "-", "'s", " red", "d fox", "\n", "Fox.", "é", " é. x",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] Parts = [[0xC3], [0xA9], [0xF0, 0x9F], [0xA6], [0xA9, (byte)' ', (byte)'x'], [(byte)'o', 0xC3], [0xFF]];

    private static readonly Keyword[] Keywords =
        [Keyword.Of("fox"), Keyword.AnyOf("river", "fox", "é"), Keyword.Of("b"), Keyword.Of("red fox"), Keyword.AnyOf("x", "a b"), Keyword.Of("é"), Keyword.Of("."), Keyword.Of("c d")];

    private readonly Keyword[] _required;
    private readonly Keyword[] _forbidden;
    private readonly (int Least, int Most)? _words;
    private readonly bool _endsSentence;
    private readonly (int Least, int Most)? _sentences;
    private readonly (int Least, int Most)? _characters;
    private readonly Regex? _pattern;
    private readonly string? _marker;
    private readonly byte[][] _tokens;

    public ConstraintCase(int seed, int mostTokens, int limit, bool parts, bool reserves, bool patterns = false)
    {
        var random = new Random(seed);
        T[] Some<T>(T[] from, int most) => random.GetItems(from, random.Next(most + 1)).Distinct().ToArray();
        _tokens = [[], .. random.GetItems(parts ? [.. Whole, .. Parts] : Whole, random.Next(1, mostTokens + 1))];
        // a vocabulary at random rarely spells a keyword: give it the letters of one
        if (random.Next(2) == 0) _tokens = [.. _tokens, .. "fox".Select(letter => new[] { (byte)letter })];
        Prompt = random.GetItems(["", "Once", "so ", "a red"], 1)[0];
        MaxTokens = random.Next(1, limit + 1);
        _required = Some(Keywords, 2);
        _forbidden = Some(Keywords, 2);
        if (random.Next(2) == 0) _words = (random.Next(4), random.Next(4, 8));
        _endsSentence = random.Next(4) == 0;
        var all = new List<TextConstraint>();
        if (_required.Length > 0) all.Add(new RequiredPhrases(_required, reserves ? random.Next(5) : 0));
        if (_forbidden.Length > 0) all.Add(new ForbiddenPhrases(_forbidden));
        if (_words is { } words) all.Add(new WordCount(words.Least, words.Most, reserves ? random.Next(1, 4) : int.MaxValue));
        if (_endsSentence) all.Add(reserves && random.Next(8) is var ending ? new SentenceEnd(ending, ending) : new SentenceEnd(0, 0));
        if (all.Count == 0) all.Add(new WordCount(1, 2, reserves ? 2 : int.MaxValue));
        if (all is [WordCount { Name: "words 1..2" }]) _words = (1, 2);
        if (patterns)
        {
            // mostly one form alone: several at once can rarely be met
            if (random.Next(3) > 0)
            {
                all.Clear();
                (_required, _forbidden, _words, _endsSentence) = ([], [], null, false);
            }
            if (random.Next(4) == 0) all.Add(new SentenceCount((_sentences = (random.Next(3), random.Next(3, 5))).Value.Least, _sentences.Value.Most));
            if (random.Next(4) == 0) all.Add(new CharacterCount((_characters = (random.Next(6), random.Next(6, 12))).Value.Least, _characters.Value.Most));
            var expression = RandomRegex.Next(random, 3);
            if (random.Next(4) == 0)
            {
                var choices = Some(["fox", " fox", "fox fox.", "a", "é x", "b c", ". x", "f"], 3);
                if (choices.Length == 0) choices = ["x"];
                all.Add(new OneOf(choices));
                _pattern = new($@"\A(?:{string.Join('|', choices.Select(Regex.Escape))})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            }
            else if (random.Next(6) > 0 || all.Count == 0)
            {
                all.Add(new RegexMatch(expression));
                _pattern = new($@"\A(?:{expression})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            }
            if (random.Next(5) == 0) _marker = random.GetItems(["x", "a b", "fox", "b"], 1)[0];
        }
        Constraint = new AllOf(_marker is null ? all : all.Select(part => new AfterMarker(_marker, part)));
        Tokenizer = new(_tokens);
    }

    public override bool Meets(IEnumerable<int> path)
    {
        var bytes = path.SelectMany(id => _tokens[id]).ToArray();
        var whole = Reference.Text(bytes, ended: true);
        var (text, prompt) = (whole, Prompt);
        if (_marker is not null)
        {
            var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(_marker));
            if (at < 0) return false;
            bytes = bytes[(at + _marker.Length)..];
            (text, prompt) = (Reference.Text(bytes, ended: true), _marker);
        }
        bool Occurs(Keyword keyword) => keyword.Forms.Any(form => Reference.Occurrences(prompt, text, form, ended: true) > 0);
        return text == Reference.Text(bytes, ended: false)
            && (_pattern is null && _characters is null || Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(bytes))
            && (_pattern is null || _pattern.IsMatch(OneUnitEach(text)))
            && (_characters is not { } characters || text.EnumerateRunes().Count() is var length && length >= characters.Least && length <= characters.Most)
            && (_sentences is not { } sentences || Reference.Sentences(text, ended: true) is var ended && ended >= sentences.Least && ended <= sentences.Most)
            && _required.All(Occurs)
            && !_forbidden.Any(Occurs)
            && (_words is not { } words || Reference.Words(prompt, text) is var count && count >= words.Least && count <= words.Most)
            && (!_endsSentence || Reference.EndsSentence(text));
    }

    // .NET's expressions see UTF-16 units: a character of two of them becomes one that is no letter either
    private static string OneUnitEach(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.IsBmp ? rune.ToString() : "☃"));

    public override string ToString() =>
        $"{Constraint.Name}; prompt \"{Prompt}\", {MaxTokens} tokens, vocabulary {string.Join(" ", _tokens.Select(token => $"[{Encoding.Latin1.GetString(token)}]"))}";
}
