using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>Reads which tokens of a vocabulary lead on in a grammar, whatever is needed after them. Not safe for concurrent use.</summary>
internal sealed class OpenReader
{
    private readonly PlainTokens _parts;
    private readonly ModelFacts _model;
    private readonly Func<GrammarState, byte, GrammarState> _step;
    private readonly RoomReader _rooms;
    private readonly GrammarState[] _prefix;
    private readonly int[] _characters;
    private readonly int[] _nodes;
    private TokenMask _open = null!;
    private long _bytes;

    /// <param name="grammar">The grammar.</param>
    /// <param name="machine">Reads it.</param>
    /// <param name="parts">The vocabulary.</param>
    /// <param name="model">Its end-of-sequence tokens.</param>
    /// <param name="step">The state after a byte.</param>
    public OpenReader(Grammar grammar, EarleyMachine machine, PlainTokens parts, ModelFacts model, Func<GrammarState, byte, GrammarState> step)
    {
        (_parts, _model, _step) = (parts, model, step);
        _rooms = new(grammar, machine, parts.Longest, step);
        var longest = Math.Max(parts.Trie.Longest, parts.Others.Longest);
        (_prefix, _characters, _nodes) = (new GrammarState[longest + 1], new int[longest + 1], new int[longest + 1]);
    }

    /// <summary>The tokens that lead on from a state.</summary>
    public OpenTokens Read(GrammarState start)
    {
        (_open, _bytes, _prefix[0]) = (new(_model.VocabularySize), start.Column.Bytes, start);
        WalkOthers();
        if (_rooms.Of(start) is >= 0 and var room)
        {
            _bytes = Math.Max(_bytes, start.RoomBytes);
            _open.UnionWith(_parts.UpTo(room));
        }
        else WalkPlain();
        foreach (var id in _model.EosIds)
            if (id < _open.VocabularySize) _open[id] = start.Column.Accepts;
        return new(_open, _open.Count < _open.VocabularySize, _bytes);
    }

    private void WalkOthers()
    {
        var trie = _parts.Others;
        for (var node = 1; node < trie.Count;)
        {
            if (!Enter(trie, node))
            {
                node = trie.Past[node];
                continue;
            }
            foreach (var id in trie.TokensAt(node++)) _open[id] = true;
        }
    }

    // a subtree is taken or left at once where what follows does not depend on its characters; where most are taken, the rest is taken away from all
    private void WalkPlain()
    {
        var trie = _parts.Trie;
        var most = MostAreOpen(trie);
        if (most) _open.UnionWith(_parts.UpTo(_parts.Longest));
        for (var node = 1; node < trie.Count;)
        {
            var depth = trie.Depths[node];
            if (trie.Bytes[node] >= 0xC2 && High(_prefix[depth - 1]) is { } high && (high == GrammarState.Broken || _rooms.Of(high) >= 0))
            {
                _characters[depth] = _characters[depth - 1] + 1;
                var past = depth == 1 ? trie.Count : trie.Past[_nodes[depth - 1]];
                Set(trie.TokensBetween(node, past), high, _characters[depth], most);
                node = past;
            }
            else if (!Enter(trie, node))
            {
                if (most) Set(trie.TokensFrom(node), GrammarState.Broken, 0, most);
                node = trie.Past[node];
            }
            else if (trie.Past[node] > node + 1 && _rooms.Of(_prefix[depth]) >= 0)
            {
                Set(trie.TokensFrom(node), _prefix[depth], _characters[depth], most);
                node = trie.Past[node];
            }
            else
            {
                if (!most)
                    foreach (var id in trie.TokensAt(node)) _open[id] = true;
                node++;
            }
        }
    }

    // whether all tokens of most first bytes lead on
    private bool MostAreOpen(TokenTrie trie)
    {
        var open = 0;
        for (var node = 1; node < trie.Count; node = trie.Past[node])
            if (_step(_prefix[0], trie.Bytes[node]) is var state && state != GrammarState.Broken && _rooms.Of(state) == _parts.Longest) open += trie.TokensFrom(node).Length;
        return open > trie.TokensFrom(0).Length / 2;
    }

    // tokens that go on after a state that was reached after so many of their characters: those that have no more than there is room for are open
    private void Set(ReadOnlySpan<int> tokens, GrammarState state, int characters, bool areSet)
    {
        var most = -1;
        if (state != GrammarState.Broken)
        {
            _bytes = Math.Max(_bytes, Math.Max(state.Column.Bytes, state.RoomBytes));
            most = characters + state.Room;
        }
        if (areSet ? most >= _parts.Longest : most < 0) return;
        foreach (var id in tokens) _open[id] = _parts.Characters(id) <= most;
    }

    private bool Enter(TokenTrie trie, int node)
    {
        var (depth, value) = (trie.Depths[node], trie.Bytes[node]);
        if (depth == 1) Cancellation.Check();
        var state = _step(_prefix[depth - 1], value);
        if (state == GrammarState.Broken) return false;
        (_prefix[depth], _nodes[depth]) = (state, node);
        _characters[depth] = _characters[depth - 1] + ((value & 0xC0) == 0x80 ? 0 : 1);
        if (trie.TokensAt(node).Length > 0) _bytes = Math.Max(_bytes, state.Column.Bytes);
        return true;
    }

    private GrammarState? High(GrammarState state)
    {
        if (state.KnowsHigh) return state.High;
        state.KnowsHigh = true;
        return state.High = _rooms.AfterHigh(state);
    }
}
