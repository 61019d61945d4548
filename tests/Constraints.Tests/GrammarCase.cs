using System.Text;
using System.Text.RegularExpressions;
using DecodeAlign.Constraints;

namespace DecodeAlign.Tests;

/// <summary>A random grammar, now and then with something regular beside it. The judge fills the table of spans that rules derive until nothing changes.</summary>
internal sealed class GrammarCase : PromiseCase
{
    private static readonly string[] Texts = ["a", "b", "ab", "(", ")", "é", "(a"];

    private readonly (string Text, int Rule, string Count)[][][] _rules;
    private readonly byte[][] _tokens;
    private readonly Regex? _pattern;
    private readonly (int Least, int Most)? _characters;
    private readonly Dictionary<string, bool> _known = [];

    public GrammarCase(int seed, int mostTokens, int limit)
    {
        var random = new Random(seed);
        _rules = new (string, int, string)[random.Next(1, 4)][][];
        for (var i = 0; i < _rules.Length; i++)
            _rules[i] = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Enumerable.Range(0, random.Next(4)).Select(_ => Part(random)).ToArray())];
        Text = string.Join('\n', _rules.Select((rule, i) => $"{Name(i)} ::= {string.Join(" | ", rule.Select(option => string.Join(' ', option.Select(Write))))}"));
        var all = new List<TextConstraint> { new GrammarMatch(Text) };
        if (random.Next(5) == 0)
        {
            var expression = random.GetItems(["a*b?.*", @".*\(.*", "[^é]*", "(?:..)*"], 1)[0];
            all.Add(new RegexMatch(expression));
            _pattern = new($@"\A(?:{expression})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        if (random.Next(5) == 0) all.Add(new CharacterCount((_characters = (random.Next(4), random.Next(4, 8))).Value.Least, _characters.Value.Most));
        Constraint = new AllOf(all);
        _tokens = [[], .. random.GetItems([.. Texts.Select(Encoding.UTF8.GetBytes), "()"u8.ToArray(), "aab"u8.ToArray(), ")"u8.ToArray(), [0xC3], [0xA9, (byte)'a']], random.Next(1, mostTokens + 1))];
        MaxTokens = random.Next(1, limit + 1);
        Tokenizer = new(_tokens);
    }

    public string Text { get; }

    public override bool Meets(IEnumerable<int> path)
    {
        byte[] bytes = [.. path.SelectMany(id => _tokens[id])];
        var text = Encoding.UTF8.GetString(bytes);
        return Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(bytes)
            && (_pattern is null || _pattern.IsMatch(text))
            && (_characters is not { } characters || (text.Length >= characters.Least && text.Length <= characters.Most))
            && Derives(text);
    }

    /// <summary>Whether the first rule derives a text.</summary>
    public bool Derives(string text)
    {
        if (_known.TryGetValue(text, out var derives)) return derives;
        var spans = new bool[_rules.Length, text.Length + 1, text.Length + 1];
        for (var changed = true; changed;)
        {
            changed = false;
            for (var rule = 0; rule < _rules.Length; rule++)
                for (var start = 0; start <= text.Length; start++)
                    foreach (var end in _rules[rule].SelectMany(option => Ends(option, start, text, spans)).Distinct())
                    {
                        changed |= !spans[rule, start, end];
                        spans[rule, start, end] = true;
                    }
        }
        _known.Add(text, spans[0, 0, text.Length]);
        return spans[0, 0, text.Length];
    }

    public override string ToString() => $"{Text}; {Constraint.Name}; {MaxTokens} tokens, vocabulary {string.Join(" ", _tokens.Select(token => $"[{Encoding.Latin1.GetString(token)}]"))}";

    private static IEnumerable<int> Ends((string Text, int Rule, string Count)[] option, int start, string text, bool[,,] spans)
    {
        var at = new HashSet<int> { start };
        foreach (var part in option)
        {
            var once = at.SelectMany(from => After(part, from, text, spans)).ToHashSet();
            if (part.Count is "*" or "?") once.UnionWith(at);
            if (part.Count is "*" or "+")
                while (once.SelectMany(from => After(part, from, text, spans)).ToList() is var more && more.Exists(end => !once.Contains(end))) once.UnionWith(more);
            at = once;
        }
        return at;
    }

    private static IEnumerable<int> After((string Text, int Rule, string Count) part, int start, string text, bool[,,] spans)
    {
        if (part.Rule < 0) return string.CompareOrdinal(text, start, part.Text, 0, part.Text.Length) == 0 ? [start + part.Text.Length] : [];
        return Enumerable.Range(start, text.Length + 1 - start).Where(end => spans[part.Rule, start, end]).ToList();
    }

    private (string, int, string) Part(Random random)
    {
        var count = random.GetItems(["", "", "", "", "*", "?", "+"], 1)[0];
        return random.Next(3) > 0 ? (random.GetItems(Texts, 1)[0], -1, count) : ("", random.Next(_rules.Length), count);
    }

    private static string Write((string Text, int Rule, string Count) part) => (part.Rule < 0 ? $"\"{part.Text}\"" : Name(part.Rule)) + part.Count;

    private static string Name(int rule) => rule == 0 ? "root" : $"rule-{rule}";
}
