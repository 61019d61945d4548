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
    private readonly bool[] _cuts = new bool[257];
    private readonly List<(byte First, byte Last, int Target)> _moves = [];
    private readonly List<(int Rule, int Target)> _calls = [];
    private readonly List<int> _targets = [];
    private readonly List<int> _states = [];
    private long _work;
    private int _round;

    private Determiniser(Nfa nfa)
    {
        _nfa = nfa;
        _seen = new int[nfa.Count];
    }

    /// <summary>The least automaton that accepts a pattern.</summary>
    /// <exception cref="PatternException">It is too large.</exception>
    public static Dfa Compile(Pattern pattern)
    {
        using var nfa = Nfa.Of(pattern);
        return new Determiniser(nfa).Run().Minimise();
    }

    private Dfa Run()
    {
        using var builder = new DfaBuilder();
        _targets.Add(_nfa.Start);
        Number(builder);
        for (var i = 0; i < _sets.Count; i++)
        {
            Cancellation.Check();
            Read(i, builder);
            ReadCalls(i, builder);
        }
        return builder.Build(0);
    }

    private void ReadCalls(int set, DfaBuilder builder)
    {
        _calls.Clear();
        foreach (var state in _sets[set].States)
            foreach (var call in _nfa.CallsOf(state)) _calls.Add((_nfa.CallAt(call).Rule, _nfa.CallAt(call).Target));
        if (_calls.Count == 0) return;
        var calls = new List<(int Rule, int Target)>();
        foreach (var group in _calls.GroupBy(call => call.Rule).ToList())
        {
            _targets.Clear();
            _targets.AddRange(group.Select(call => call.Target).Distinct());
            calls.Add((group.Key, Number(builder)));
        }
        builder.Calls(set, [.. calls]);
    }

    // each stretch of bytes that no move tells apart
    private void Read(int set, DfaBuilder builder)
    {
        _moves.Clear();
        Array.Clear(_cuts);
        foreach (var state in _sets[set].States)
            foreach (var number in _nfa.MovesOf(state))
            {
                var (_, low, high, target) = _nfa.MoveAt(number);
                _moves.Add((low, high, target));
                _cuts[low] = _cuts[high + 1] = true;
            }
        for (var first = 0; first < 256;)
        {
            var past = first + 1;
            while (past < 256 && !_cuts[past]) past++;
            _round++;
            _targets.Clear();
            foreach (var (low, high, target) in _moves)
            {
                if (first < low || first > high || _seen[target] == _round) continue;
                _seen[target] = _round;
                _targets.Add(target);
            }
            _work += _moves.Count;
            if (_targets.Count > 0) builder.Moves(set, (byte)first, (byte)(past - 1), Number(builder));
            first = past;
        }
    }

    // of the targets
    private int Number(DfaBuilder builder)
    {
        var set = Close();
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, set, out var known);
        if (known) return number;
        if (_sets.Count >= MostStates || _work > MostWork)
            throw new PatternException($"it is too large as a deterministic automaton: more than {MostStates} states");
        _sets.Add(set);
        return number = builder.Add(final: Array.IndexOf(set.States, _nfa.Final) >= 0);
    }

    private StateSet Close()
    {
        _round++;
        _states.Clear();
        foreach (var state in _targets) Visit(state);
        while (_open.TryPop(out var state))
        {
            _work++;
            if (_nfa.MovesOf(state).Length > 0 || _nfa.CallsOf(state).Length > 0 || state == _nfa.Final) _states.Add(state);
            foreach (var free in _nfa.FreeOf(state)) Visit(_nfa.FreeAt(free));
        }
        _states.Sort();
        return new([.. _states]);

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
