namespace DecodeAlign.Constraints;

/// <summary>Collects the states of one deterministic automaton.</summary>
internal sealed class DfaBuilder : IDisposable
{
    private readonly Borrowed<Stretch> _moves = new();
    private readonly List<bool> _finals = [];
    private readonly List<(int Rule, int Target)[]> _calls = [];

    public int Count => _finals.Count;

    public int Add(bool final)
    {
        _finals.Add(final);
        _calls.Add([]);
        return _finals.Count - 1;
    }

    public void Move(int state, byte value, int target) => Moves(state, value, value, target);

    /// <summary>A stretch of bytes leads to a target, whatever led elsewhere before.</summary>
    public void Moves(int state, byte first, byte last, int target)
    {
        if (_moves.Count > 0 && _moves[_moves.Count - 1] is var before && before.State == state && before.Target == target && before.Last == first - 1) _moves[_moves.Count - 1] = before with { Last = last };
        else _moves.Add(new(state, first, last, target));
    }

    public (int Rule, int Target)[] CallsOf(int state) => _calls[state];

    public void Calls(int state, (int Rule, int Target)[] calls) => _calls[state] = calls;

    /// <summary>The automaton, not yet minimal; bytes that no state tells apart share a class.</summary>
    public Dfa Build(int start)
    {
        Span<int> row = stackalloc int[256];
        using var ofState = new Grouped<Stretch>(_moves.Items, move => move.State, Count);
        var (classes, members) = Classes(ofState, row);
        var next = new int[Count * members.Length];
        for (var state = 0; state < Count; state++)
        {
            Read(ofState.Of(state), row);
            for (var i = 0; i < members.Length; i++) next[state * members.Length + i] = row[members[i]];
        }
        return new(classes, members.Length, next, [.. _finals], [.. _calls], start);
    }

    public void Dispose() => _moves.Dispose();

    private void Read(ReadOnlySpan<int> moves, Span<int> row)
    {
        row.Fill(-1);
        foreach (var move in moves)
        {
            var (_, first, last, target) = _moves[move];
            row[first..(last + 1)].Fill(target);
        }
    }

    // bytes between two ends of stretches are alike; so are those of which all states say the same, which their hashes find and a second reading proves
    private (byte[] Classes, int[] Members) Classes(Grouped<Stretch> ofState, Span<int> row)
    {
        var cuts = new bool[257];
        foreach (var (_, first, last, _) in _moves.Items) cuts[first] = cuts[last + 1] = true;
        int[] firsts = [0, .. Enumerable.Range(1, 255).Where(value => cuts[value])];
        var hashes = new ulong[firsts.Length];
        for (var state = 0; state < Count; state++)
        {
            var moves = ofState.Of(state);
            if (moves.IsEmpty) continue;
            Read(moves, row);
            for (var i = 0; i < firsts.Length; i++) hashes[i] = (hashes[i] ^ (uint)(row[firsts[i]] + 1) ^ (ulong)state << 32) * 0x9E3779B97F4A7C15 + (hashes[i] >> 29);
        }
        var like = new int[firsts.Length];
        for (var i = 0; i < like.Length; i++) like[i] = Array.IndexOf(hashes, hashes[i]);
        for (var state = 0; state < Count; state++)
        {
            var moves = ofState.Of(state);
            if (moves.IsEmpty) continue;
            Read(moves, row);
            for (var i = 0; i < like.Length; i++)
                if (row[firsts[i]] != row[firsts[like[i]]]) like[i] = i;
        }
        int[] kept = [.. Enumerable.Range(0, like.Length).Where(i => like[i] == i)];
        var classes = new byte[256];
        for (var i = 0; i < firsts.Length; i++)
        {
            var past = i + 1 < firsts.Length ? firsts[i + 1] : 256;
            Array.Fill(classes, (byte)Array.IndexOf(kept, like[i]), firsts[i], past - firsts[i]);
        }
        return (classes, Array.ConvertAll(kept, i => firsts[i]));
    }

    private readonly record struct Stretch(int State, byte First, byte Last, int Target);
}
