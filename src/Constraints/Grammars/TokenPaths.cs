namespace DecodeAlign.Constraints;

/// <summary>
/// Least numbers of tokens, out of some of a vocabulary, through a grammar and what holds beside it: from a state within a rule to the rule's end. A place in the middle of a token
/// is a node of the tokens' trie. (Shortest paths of a pushdown system, its product with a finite automaton made as it is needed: Bar-Hillel, Perles and Shamir, 1961.)
/// Not safe for concurrent use.
/// </summary>
internal sealed class TokenPaths(Grammar grammar, TextSide side, TokenTrie trie, int limit)
{
    private readonly Dictionary<Spot, Frame> _frames = [];
    private readonly PriorityQueue<(Frame Frame, Spot Spot), int> _open = new();
    private long _work;

    /// <summary>Most places looked at.</summary>
    public long MostWork { get; set; } = long.MaxValue;

    /// <summary>For each place where the rule may have ended, the least tokens to there that are ended on the way; none within the limit: empty.</summary>
    /// <exception cref="PatternException">There are too many places.</exception>
    public Dictionary<Place, int> Ends(int state, int count, Place place)
    {
        var frame = Of(new(state, count, place));
        while (_open.TryPeek(out var next, out var cost))
        {
            // what is given up here goes on at the next call
            Cancellation.Check();
            _open.Dequeue();
            if (next.Frame.Reached[next.Spot] == cost) Visit(next.Frame, next.Spot, cost);
        }
        return frame.Ends;
    }

    private void Visit(Frame frame, Spot spot, int cost)
    {
        if (++_work > MostWork) throw new PatternException("its shortest texts are too many to compare");
        if (grammar.IsFinal(spot.State)) End(frame, spot.Place, cost);
        if (grammar.Reads(spot.State)) Read(frame, spot, cost);
        foreach (var (rule, target) in grammar.Calls(spot.State))
        {
            if (!grammar.MayCount(target, spot.Count)) continue;
            var called = Of(new(grammar.Start(rule), 0, spot.Place));
            called.Callers.Add((frame, target, spot.Count, cost));
            foreach (var (place, more) in called.Ends) Reach(frame, new(target, spot.Count, place), cost + more);
        }
    }

    private void Read(Frame frame, Spot spot, int cost)
    {
        for (var node = spot.Place.Node + 1; node < trie.Past[spot.Place.Node]; node = trie.Past[node])
        {
            var value = trie.Bytes[node];
            var count = spot.Count;
            var (state, beside) = (grammar.Step(spot.State, value, ref count), side.Step(spot.Place.Side, value));
            if (state < 0 || beside < 0) continue;
            if (trie.Past[node] > node + 1) Reach(frame, new(state, count, new(node, beside)), cost);
            if (trie.TokensAt(node).Length > 0) Reach(frame, new(state, count, new(0, beside)), cost + 1);
        }
    }

    private Frame Of(Spot entry)
    {
        if (_frames.TryGetValue(entry, out var frame)) return frame;
        _frames.Add(entry, frame = new());
        Reach(frame, entry, 0);
        return frame;
    }

    private void Reach(Frame frame, Spot spot, int cost)
    {
        if (cost >= limit || (frame.Reached.TryGetValue(spot, out var known) && known <= cost)) return;
        frame.Reached[spot] = cost;
        _open.Enqueue((frame, spot), cost);
    }

    private void End(Frame frame, Place place, int cost)
    {
        if (frame.Ends.TryGetValue(place, out var known) && known <= cost) return;
        frame.Ends[place] = cost;
        foreach (var (caller, target, count, before) in frame.Callers) Reach(caller, new(target, count, place), before + cost);
    }

    private readonly record struct Spot(int State, int Count, Place Place);

    private sealed class Frame
    {
        public Dictionary<Spot, int> Reached { get; } = [];

        public Dictionary<Place, int> Ends { get; } = [];

        public List<(Frame Caller, int Target, int Count, int Cost)> Callers { get; } = [];
    }
}

/// <summary>A node of the tokens' trie (0: between tokens) and a state of what holds beside the grammar.</summary>
internal readonly record struct Place(int Node, int Side);
