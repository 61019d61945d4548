using System.Runtime.InteropServices;

namespace DecodeAlign.Constraints;

/// <summary>Makes patterns deterministic, within caps on states and on work: what grows beyond them is refused in bounded time and memory.</summary>
internal sealed class Determiniser
{
    /// <summary>Most states of a deterministic automaton.</summary>
    public const int MostStates = 12_000;

    private const long MostWork = 40_000_000;

    private readonly Nfa _nfa;
    private readonly Dictionary<StateSet, int> _numbers = [];
    private readonly List<StateSet> _sets = [];
    private readonly int[] _seen;
    private readonly Stack<int> _open = new();
    private long _work;
    private int _round;

    private Determiniser(Nfa nfa)
    {
        _nfa = nfa;
        _seen = new int[nfa.Moves.Count];
    }

    /// <summary>The least automaton that accepts a pattern.</summary>
    /// <exception cref="PatternException">It is too large.</exception>
    public static Dfa Compile(Pattern pattern) => new Determiniser(Nfa.Of(pattern)).Run().Minimise();

    private Dfa Run()
    {
        var builder = new DfaBuilder();
        Number([_nfa.Start], builder);
        for (var i = 0; i < _sets.Count; i++)
        {
            foreach (var (first, last, targets) in Split(_sets[i].States)) builder.Moves(i, first, last, Number(targets, builder));
            if (Array.TrueForAll(_sets[i].States, state => _nfa.Calls[state].Count == 0)) continue;
            var calls = _sets[i].States.SelectMany(state => _nfa.Calls[state]).GroupBy(call => call.Rule).ToList();
            builder.Calls(i, [.. calls.Select(group => (group.Key, Number([.. group.Select(call => call.Target).Distinct()], builder)))]);
        }
        return builder.Build(0);
    }

    // the targets of each stretch of bytes that no move tells apart
    private IEnumerable<(byte First, byte Last, List<int> Targets)> Split(int[] states)
    {
        var cuts = new bool[257];
        var moves = new List<(byte First, byte Last, int Target)>();
        foreach (var state in states) moves.AddRange(_nfa.Moves[state]);
        foreach (var (low, high, _) in moves) cuts[low] = cuts[high + 1] = true;
        for (var first = 0; first < 256;)
        {
            var past = first + 1;
            while (past < 256 && !cuts[past]) past++;
            _round++;
            var targets = new List<int>();
            foreach (var (low, high, target) in moves)
            {
                if (first < low || first > high || _seen[target] == _round) continue;
                _seen[target] = _round;
                targets.Add(target);
            }
            _work += moves.Count;
            if (targets.Count > 0) yield return ((byte)first, (byte)(past - 1), targets);
            first = past;
        }
    }

    private int Number(List<int> kernel, DfaBuilder builder)
    {
        var set = Close(kernel);
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, set, out var known);
        if (known) return number;
        if (_sets.Count >= MostStates || _work > MostWork)
            throw new PatternException($"it is too large as a deterministic automaton: more than {MostStates} states");
        _sets.Add(set);
        return number = builder.Add(final: Array.IndexOf(set.States, _nfa.Final) >= 0);
    }

    private StateSet Close(List<int> kernel)
    {
        _round++;
        var states = new List<int>();
        foreach (var state in kernel) Visit(state);
        while (_open.TryPop(out var state))
        {
            _work++;
            if (_nfa.Moves[state].Count > 0 || _nfa.Calls[state].Count > 0 || state == _nfa.Final) states.Add(state);
            foreach (var target in _nfa.Free[state]) Visit(target);
        }
        states.Sort();
        return new([.. states]);

        void Visit(int state)
        {
            if (_seen[state] == _round) return;
            _seen[state] = _round;
            _open.Push(state);
        }
    }

    private readonly struct StateSet(int[] states) : IEquatable<StateSet>
    {
        public int[] States => states;

        public bool Equals(StateSet other) => states.AsSpan().SequenceEqual(other.States);

        public override bool Equals(object? other) => other is StateSet set && Equals(set);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(states.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
