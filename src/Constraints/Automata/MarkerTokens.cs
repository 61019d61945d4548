using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>How many tokens of a vocabulary a marker still takes from where a text stands in it, and which tokens leave room for so many. Not safe for concurrent use.</summary>
internal sealed class MarkerTokens
{
    private const int Unknown = int.MaxValue / 2;

    private readonly MarkerAutomaton _marker;
    private readonly TokenTrie _trie;
    private readonly ModelFacts _model;
    private readonly int[] _least;
    private readonly int _most;
    private readonly Dictionary<(int Matched, int Left), TokenMask> _masks = [];

    public MarkerTokens(string marker, ITokenizer tokenizer, ModelFacts model)
    {
        (_marker, _trie, _model) = (new(marker), TokenTrie.Of(tokenizer), model);
        var targets = new HashSet<int>[_marker.Length];
        for (var matched = 0; matched < targets.Length; matched++)
        {
            var reached = targets[matched] = [];
            // a token that goes on past the marker's end may not be legal there
            Walk(matched, (token, at, isPast) =>
            {
                if (!isPast) reached.Add(at);
            });
        }
        _least = new int[_marker.Length + 1];
        Array.Fill(_least, Unknown, 0, _marker.Length);
        for (var changed = true; changed;)
        {
            changed = false;
            for (var matched = 0; matched < targets.Length; matched++)
                if (targets[matched].Count > 0 && targets[matched].Min(at => _least[at]) + 1 is var least && least < _least[matched]) (_least[matched], changed) = (least, true);
        }
        _most = _least.Max();
    }

    /// <summary>Bytes of the marker.</summary>
    public int Length => _marker.Length;

    /// <summary>Tokens that are enough for all of it.</summary>
    public int Least => _least[0];

    /// <summary>Bytes of the marker that stand at the end of the text after one more token; its length: it has occurred.</summary>
    public int Step(int matched, ReadOnlySpan<byte> token)
    {
        foreach (var value in token)
        {
            if (matched == _marker.Length) break;
            matched = _marker.Step(matched, value);
        }
        return matched;
    }

    /// <summary>Forbids the tokens after which the marker would take more tokens than are left.</summary>
    /// <param name="matched">Where the text stands.</param>
    /// <param name="left">Tokens up to the marker's end, the next one included.</param>
    /// <param name="allowed">The mask to narrow.</param>
    /// <returns>Whether anything was forbidden.</returns>
    public bool Restrict(int matched, int left, TokenMask allowed)
    {
        if (_most < left) return false;
        // states that no token leads out of have no number, and are forbidden however many are left
        left = Math.Min(left, _least.Where(least => least < Unknown).Max() + 1);
        if (!_masks.TryGetValue((matched, left), out var mask))
        {
            mask = new(_model.VocabularySize);
            Walk(matched, (token, at, isPast) => mask[token] = _least[at] < left);
            _masks.Add((matched, left), mask);
        }
        allowed.IntersectWith(mask);
        return true;
    }

    private void Walk(int matched, Action<int, int, bool> visit)
    {
        var (states, past) = (new int[_trie.Longest + 1], new bool[_trie.Longest + 1]);
        states[0] = matched;
        for (var node = 1; node < _trie.Count; node++)
        {
            var depth = _trie.Depths[node];
            var before = states[depth - 1];
            past[depth] = past[depth - 1] || before == _marker.Length;
            states[depth] = before == _marker.Length ? before : _marker.Step(before, _trie.Bytes[node]);
            foreach (var id in _trie.TokensAt(node))
                if (id < _model.VocabularySize && !_model.IsEos(id)) visit(id, states[depth], past[depth]);
        }
    }
}
