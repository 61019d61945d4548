using System.Text;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>
/// Which groups of an automaton's phrases so many tokens of a vocabulary can complete, from each of its states: what a bound in characters can't know is into how many tokens a
/// vocabulary cuts a phrase. Bytes that form no whole character are taken for any character.
/// </summary>
internal sealed class PhraseTokens
{
    // some hundredths of a second
    private const long MostSteps = 4_000_000;

    private readonly Dictionary<PhraseState, int> _states = [];
    private readonly List<ulong[]> _reachable = [];

    private PhraseTokens(PhraseAutomaton automaton, ITokenizer tokenizer)
    {
        var texts = Texts(automaton, tokenizer);
        if (automaton.NodeCount * texts.Sum(text => (long)text.Length) > MostSteps) return;
        var (within, next) = Transitions(automaton, texts);
        var level = _states.OrderBy(state => state.Value).Select(state => AtEnd(automaton, state.Key)).ToArray();
        for (ulong[]? before = null; before is null || !level.AsSpan().SequenceEqual(before);)
        {
            _reachable.Add(level);
            before = level;
            level = [.. level.Select((groups, state) => next[state].Aggregate(groups | within[state], (all, other) => all | before[other]))];
        }
    }

    public static PhraseTokens Of(PhraseAutomaton automaton, ITokenizer tokenizer) => new(automaton, tokenizer);

    /// <summary>All groups that so many tokens, and the text's end after them, can complete; every group where nothing is known.</summary>
    public ulong Reachable(PhraseState state, int tokens) =>
        _states.TryGetValue(state, out var index) && _reachable.Count > 0 ? _reachable[Math.Min(tokens, _reachable.Count - 1)][index] : ulong.MaxValue;

    private static ulong AtEnd(PhraseAutomaton automaton, PhraseState state)
    {
        var hits = default(PhraseHits);
        automaton.End(state, ref hits);
        return hits.Groups;
    }

    // for each state what one token completes, and the states that it leads to
    private (List<ulong> Within, List<HashSet<int>> Next) Transitions(PhraseAutomaton automaton, List<Rune[]> texts)
    {
        var (within, next, waiting) = (new List<ulong>(), new List<HashSet<int>>(), new Queue<PhraseState>());
        foreach (var kind in Enum.GetValues<CharacterKind>()) Number(new(0, kind));
        while (waiting.TryDequeue(out var from))
        {
            var (hits, reached) = (default(PhraseHits), new HashSet<int>());
            foreach (var text in texts)
            {
                var state = from;
                foreach (var character in text) state = automaton.Step(state, character, ref hits);
                reached.Add(Number(state));
            }
            within.Add(hits.Groups);
            next.Add(reached);
        }
        return (within, next);

        int Number(PhraseState state)
        {
            if (_states.TryGetValue(state, out var known)) return known;
            waiting.Enqueue(state);
            _states.Add(state, _states.Count);
            return _states.Count - 1;
        }
    }

    // the vocabulary as the automaton reads it
    private static List<Rune[]> Texts(PhraseAutomaton automaton, ITokenizer tokenizer)
    {
        const char broken = '\uFFFD';
        var texts = new HashSet<string>();
        // what bytes in front may complete, or break off
        List<string> before = [.. automaton.Representatives.Select(character => character.ToString()), .. automaton.Representatives.Select(character => $"{character}{broken}")];
        for (var id = 0; id < tokenizer.VocabularySize; id++)
        {
            var text = Encoding.UTF8.GetString(tokenizer.TokenBytes(id));
            var inner = text.Trim(broken);
            foreach (var first in text.StartsWith(broken) ? before : [""])
                foreach (var last in text.EndsWith(broken) ? (string[])["", broken.ToString()] : [""])
                    texts.Add(Shorten(automaton, first + inner + last));
        }
        return [.. texts.Select(text => text.EnumerateRunes().ToArray())];
    }

    // characters that the automaton does not tell apart become one, and what repeats of them is dropped
    private static string Shorten(PhraseAutomaton automaton, string text)
    {
        var shortened = new StringBuilder(text.Length);
        var last = default(Rune?);
        foreach (var character in text.EnumerateRunes())
        {
            var same = automaton.Representative(character, out var isUnknown);
            if (!isUnknown || same != last) shortened.Append(same.ToString());
            last = same;
        }
        return shortened.ToString();
    }
}
