using System.Runtime.InteropServices;

namespace DecodeAlign.Constraints;

/// <summary>Collects the states of a deterministic automaton.</summary>
internal sealed class DfaBuilder
{
    private readonly List<int[]?> _moves = [];
    private readonly List<bool> _finals = [];
    private readonly List<(int Rule, int Target)[]> _calls = [];

    public int Count => _finals.Count;

    public int Add(bool final)
    {
        _finals.Add(final);
        _moves.Add(null);
        _calls.Add([]);
        return _finals.Count - 1;
    }

    public void Move(int state, byte value, int target)
    {
        var moves = _moves[state];
        if (moves is null)
        {
            _moves[state] = moves = new int[256];
            Array.Fill(moves, -1);
        }
        moves[value] = target;
    }

    public void Moves(int state, byte first, byte last, int target)
    {
        for (int value = first; value <= last; value++) Move(state, (byte)value, target);
    }

    public (int Rule, int Target)[] CallsOf(int state) => _calls[state];

    public void Calls(int state, (int Rule, int Target)[] calls) => _calls[state] = calls;

    /// <summary>The automaton, not yet minimal; bytes that no state tells apart share a class.</summary>
    public Dfa Build(int start)
    {
        var classes = new int[256];
        var count = 1;
        var refined = new Dictionary<(int Class, int Target), int>();
        foreach (var moves in _moves)
        {
            if (moves is null) continue;
            refined.Clear();
            for (var value = 0; value < 256; value++)
            {
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(refined, (classes[value], moves[value]), out var seen);
                if (!seen) known = refined.Count - 1;
                classes[value] = known;
            }
            count = refined.Count;
        }
        var members = Enumerable.Range(0, count).Select(of => Array.IndexOf(classes, of)).ToList();
        var next = new int[Count * members.Count];
        for (var state = 0; state < Count; state++)
            for (var i = 0; i < members.Count; i++) next[state * members.Count + i] = _moves[state]?[members[i]] ?? -1;
        return new([.. classes.Select(of => (byte)of)], members.Count, next, [.. _finals], [.. _calls], start);
    }
}
