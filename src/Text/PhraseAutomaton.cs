using System.Text;

namespace DecodeAlign.Text;

/// <summary>
/// Finds many phrases at once by <see cref="WordRule"/> (Aho and Corasick, 1975). A boundary symbol is read wherever a word character meets another
/// kind, and phrases that begin or end with a word character carry it too, so that whole-word matching is plain substring matching. Immutable.
/// </summary>
internal sealed class PhraseAutomaton
{
    /// <summary>Most groups: covered groups are the bits of a word.</summary>
    public const int MostGroups = 64;

    private const int MostCharacters = 1 << 16, MostTransitions = 1 << 24;
    private const int Boundary = 0, Unknown = 1, Space = 2;

    private readonly bool _caseSensitive;
    private readonly int[] _ascii = new int[128];
    private readonly Dictionary<Rune, int> _symbols = [];
    private readonly int _width;
    private readonly int[] _next;
    private readonly ulong[] _groups;
    private readonly int[] _occurrences;
    private readonly int[] _depths;
    private readonly ulong[] _ahead;
    private readonly int[] _shortest;
    private readonly Rune _unknownWord;

    /// <param name="groups">For each group the phrases of which any will do; a phrase is trimmed.</param>
    /// <param name="caseSensitive">Whether "Fox" and "fox" differ.</param>
    /// <exception cref="ArgumentException">A phrase is empty or not valid text, a group is empty, or there are too many.</exception>
    public PhraseAutomaton(IReadOnlyList<IReadOnlyList<string>> groups, bool caseSensitive)
    {
        if (groups.Count > MostGroups) throw new ArgumentException($"at most {MostGroups} keywords can be asked for at once, got {groups.Count}", nameof(groups));
        _caseSensitive = caseSensitive;
        Array.Fill(_ascii, Unknown);
        var phrases = groups.SelectMany((group, index) => Distinct(group).Select(phrase => (Group: index, Symbols: Symbols(phrase)))).ToList();
        if (phrases.Sum(phrase => (long)phrase.Symbols.Length) > MostCharacters) throw new ArgumentException($"phrases may hold at most {MostCharacters} characters in all", nameof(groups));

        _width = 3 + _symbols.Count;
        var trie = new PhraseTrie(_width);
        _shortest = new int[groups.Count];
        Array.Fill(_shortest, int.MaxValue);
        foreach (var (group, symbols) in phrases)
        {
            trie.Add(symbols, group);
            _shortest[group] = Math.Min(_shortest[group], symbols.Count(symbol => symbol != Boundary));
        }
        if ((long)trie.Count * _width > MostTransitions) throw new ArgumentException("phrases hold too many different characters", nameof(groups));
        _ahead = trie.Ahead();
        (_next, _groups, _occurrences) = trie.Complete();
        _depths = trie.Depths(Boundary);
        _unknownWord = Enumerable.Range(0x4E00, _symbols.Count + 1).Select(value => new Rune(value)).First(character => !_symbols.ContainsKey(character));
        Representatives = [.. _symbols.Keys, _unknownWord, Rune.ReplacementChar, new Rune(' ')];
        MostOccurrencesAtOnce = _occurrences.DefaultIfEmpty().Max();
        AllGroups = groups.Count == MostGroups ? ulong.MaxValue : (1UL << groups.Count) - 1;
    }

    /// <summary>The bits of all groups.</summary>
    public ulong AllGroups { get; }

    /// <summary>Most phrases that can be completed by one symbol.</summary>
    public int MostOccurrencesAtOnce { get; }

    /// <summary>A character of each sort that the automaton tells apart.</summary>
    public IReadOnlyList<Rune> Representatives { get; }

    /// <summary>The one of <see cref="Representatives"/> that stands for a character.</summary>
    /// <param name="character">The character.</param>
    /// <param name="isUnknown">Whether it is in no phrase.</param>
    public Rune Representative(Rune character, out bool isUnknown)
    {
        var kind = WordRule.KindOf(character);
        isUnknown = SymbolOf(character, kind) == Unknown;
        return isUnknown ? kind == CharacterKind.Word ? _unknownWord : Rune.ReplacementChar : kind == CharacterKind.Space ? new Rune(' ') : Fold(character);
    }

    /// <summary>Number of nodes.</summary>
    public int NodeCount => _groups.Length;

    /// <summary>The state before the first generated character.</summary>
    public static PhraseState Begin(string prompt) => new(0, WordRule.LastKind(prompt));

    /// <summary>Reads one character.</summary>
    public PhraseState Step(PhraseState state, Rune character, ref PhraseHits hits)
    {
        var kind = WordRule.KindOf(character);
        var node = state.Node;
        if (kind == CharacterKind.Word != (state.Last == CharacterKind.Word)) node = Move(node, Boundary, ref hits);
        if (kind != CharacterKind.Space || state.Last != CharacterKind.Space) node = Move(node, SymbolOf(character, kind), ref hits);
        return new(node, kind);
    }

    /// <summary>What the end of the text completes: the word that was waiting for its boundary.</summary>
    public void End(PhraseState state, ref PhraseHits hits)
    {
        if (state.Last == CharacterKind.Word) Move(state.Node, Boundary, ref hits);
    }

    /// <summary>No continuation with fewer characters completes the group, pending ones at the text's end included.</summary>
    public int LeastCharactersTo(int group, PhraseState state) => Math.Max(0, _shortest[group] - _depths[state.Node]);

    /// <summary>Whether a state holds the beginning of a phrase of one of the groups, or of none at all.</summary>
    public bool IsOnTheWayTo(ulong groups, PhraseState state) => state.Node == 0 || (_ahead[state.Node] & groups) != 0;

    private int Move(int node, int symbol, ref PhraseHits hits)
    {
        node = _next[node * _width + symbol];
        if (_occurrences[node] != 0) hits = new(hits.Groups | _groups[node], hits.Occurrences + _occurrences[node]);
        return node;
    }

    private int SymbolOf(Rune character, CharacterKind kind)
    {
        if (kind == CharacterKind.Space) return Space;
        var folded = Fold(character);
        return folded.IsAscii ? _ascii[folded.Value] : _symbols.GetValueOrDefault(folded, Unknown);
    }

    private Rune Fold(Rune character) => _caseSensitive ? character : Rune.ToLowerInvariant(character);

    private List<string> Distinct(IReadOnlyList<string> group)
    {
        if (group.Count == 0) throw new ArgumentException("a keyword needs at least one accepted form", nameof(group));
        var phrases = new List<string>();
        foreach (var phrase in group)
        {
            ArgumentNullException.ThrowIfNull(phrase, nameof(group));
            if (string.IsNullOrWhiteSpace(phrase)) throw new ArgumentException("a keyword is empty", nameof(group));
            var folded = string.Concat(string.Join(' ', phrase.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).EnumerateRunes().Select(Fold));
            if (folded.Contains('\uFFFD')) throw new ArgumentException($"keyword '{phrase}' is not valid text", nameof(group));
            if (!phrases.Contains(folded, StringComparer.Ordinal)) phrases.Add(folded);
        }
        return phrases;
    }

    private int[] Symbols(string phrase)
    {
        var symbols = new List<int>();
        var last = CharacterKind.Other;
        foreach (var character in phrase.EnumerateRunes())
        {
            var kind = WordRule.KindOf(character);
            if (kind == CharacterKind.Word != (last == CharacterKind.Word)) symbols.Add(Boundary);
            if (kind != CharacterKind.Space && _symbols.TryAdd(character, 3 + _symbols.Count) && character.IsAscii) _ascii[character.Value] = _symbols[character];
            symbols.Add(SymbolOf(character, kind));
            last = kind;
        }
        if (last == CharacterKind.Word) symbols.Add(Boundary);
        return [.. symbols];
    }
}

/// <summary>Where a text stands: the automaton's node and the kind of the last character.</summary>
internal readonly record struct PhraseState(int Node, CharacterKind Last);

/// <summary>Groups of which a phrase was found, as bits, and the number of phrases found.</summary>
internal readonly record struct PhraseHits(ulong Groups, int Occurrences);
