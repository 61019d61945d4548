using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>Reads which tokens of a vocabulary lead on in a grammar, whatever is needed after them. Not safe for concurrent use.</summary>
internal sealed class OpenReader
{
    private readonly Grammar _grammar;
    private readonly PlainTokens _parts;
    private readonly ModelFacts _model;
    private readonly Func<GrammarState, byte, GrammarState> _step;
    private readonly GrammarState[] _prefix;
    private readonly int[] _characters;
    private readonly List<GrammarState> _chain = [];

    /// <param name="grammar">The grammar.</param>
    /// <param name="parts">The vocabulary.</param>
    /// <param name="model">Its end-of-sequence tokens.</param>
    /// <param name="step">The state after a byte.</param>
    public OpenReader(Grammar grammar, PlainTokens parts, ModelFacts model, Func<GrammarState, byte, GrammarState> step)
    {
        (_grammar, _parts, _model, _step) = (grammar, parts, model, step);
        var longest = Math.Max(parts.Trie.Longest, parts.Others.Longest);
        (_prefix, _characters) = (new GrammarState[longest + 1], new int[longest + 1]);
    }

    /// <summary>The tokens that lead on from a state.</summary>
    public OpenTokens Read(GrammarState start)
    {
        var (open, bytes) = (new TokenMask(_model.VocabularySize), start.Column.Bytes);
        _prefix[0] = start;
        Walk(_parts.Others, open, ref bytes);
        if (Room(start) >= 0) Take(_parts.Trie, 0, 0, open, ref bytes);
        else WalkPlain(open, ref bytes);
        foreach (var id in _model.EosIds)
            if (id < open.VocabularySize) open[id] = start.Column.Accepts;
        return new(open, open.Count < open.VocabularySize, bytes);
    }

    private void Walk(TokenTrie trie, TokenMask open, ref long bytes)
    {
        for (var node = 1; node < trie.Count;) node = Enter(trie, node, open, ref bytes) ? node + 1 : trie.Past[node];
    }

    // below a node the tokens go on with whole characters where the node ends with one
    private void WalkPlain(TokenMask open, ref long bytes)
    {
        var trie = _parts.Trie;
        for (var node = 1; node < trie.Count;)
        {
            if (!Enter(trie, node, open, ref bytes)) node = trie.Past[node];
            else if (trie.Past[node] > node + 1 && Room(_prefix[trie.Depths[node]]) >= 0)
            {
                Take(trie, node, trie.Depths[node], open, ref bytes);
                node = trie.Past[node];
            }
            else node++;
        }
    }

    private bool Enter(TokenTrie trie, int node, TokenMask open, ref long bytes)
    {
        var (depth, value) = (trie.Depths[node], trie.Bytes[node]);
        if (depth == 1) Cancellation.Check();
        var state = _step(_prefix[depth - 1], value);
        if (state == GrammarState.Broken) return false;
        _prefix[depth] = state;
        _characters[depth] = _characters[depth - 1] + ((value & 0xC0) == 0x80 ? 0 : 1);
        var here = trie.TokensAt(node);
        if (here.Length > 0) bytes = Math.Max(bytes, state.Column.Bytes);
        foreach (var id in here) open[id] = true;
        return true;
    }

    // all tokens below a node that have no more characters after it than there is room for
    private void Take(TokenTrie trie, int node, int depth, TokenMask open, ref long bytes)
    {
        var room = Room(_prefix[depth]);
        var at = _prefix[depth];
        for (var i = 0; i < room; i++)
        {
            var next = _step(at, (byte)'a');
            bytes = Math.Max(bytes, next.Column.Bytes);
            if (next == at) break;
            at = next;
        }
        if (depth == 0)
        {
            open.UnionWith(_parts.UpTo(room));
            return;
        }
        foreach (var id in trie.TokensFrom(node))
            if (_parts.Characters(id) - _characters[depth] <= room) open[id] = true;
    }

    /// <summary>How many characters that stand for themselves may follow, whichever they are; −1: it depends on which. More than any token has are told as that many.</summary>
    private int Room(GrammarState state)
    {
        if (state.Room != GrammarState.Unknown) return state.Room;
        _chain.Clear();
        var (at, room) = (state, -1);
        while (true)
        {
            if (at.Room != GrammarState.Unknown)
            {
                room = at.Room;
                break;
            }
            var next = After(at, out var isAny);
            if (!isAny || next is null)
            {
                room = at.Room = isAny ? 0 : -1;
                break;
            }
            if (next == at)
            {
                room = at.Room = _parts.Longest;
                break;
            }
            // what comes later is not looked at: it is known of the first alone that there is room enough
            if (_chain.Count >= _parts.Longest) return state.Room = _parts.Longest;
            _chain.Add(at);
            at = next;
        }
        for (var i = _chain.Count - 1; i >= 0; i--) room = _chain[i].Room = room < 0 ? -1 : Math.Min(room + 1, _parts.Longest);
        return state.Room;
    }

    // null where no such character may follow
    private GrammarState? After(GrammarState state, out bool isAny)
    {
        isAny = state.Column.Reading.Count > 0;
        foreach (var item in state.Column.Reading) isAny &= _grammar.AfterPlain(item.State) >= 0;
        if (!isAny) return null;
        var next = _step(state, (byte)'a');
        return next == GrammarState.Broken ? null : next;
    }
}
