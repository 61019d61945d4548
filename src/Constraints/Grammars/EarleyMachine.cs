using System.Runtime.InteropServices;

namespace DecodeAlign.Constraints;

/// <summary>Reads bytes by a grammar, any context-free one: left-recursive and ambiguous ones too. Columns are interned. Not safe for concurrent use.</summary>
internal sealed class EarleyMachine
{
    /// <summary>Columns kept before all are forgotten and made anew as they are met.</summary>
    private const int MostColumns = 100_000;

    private readonly Grammar _grammar;
    private readonly Dictionary<Item[], Column> _columns = new(new SameItems());
    private readonly HashSet<Item> _seen = [];
    private int _made;

    public EarleyMachine(Grammar grammar)
    {
        _grammar = grammar;
        Start = Intern([new(grammar.Start(grammar.Root), null)]);
    }

    /// <summary>The column before the first byte.</summary>
    public Column Start { get; }

    /// <summary>The column after one more byte; null: no text goes on so.</summary>
    public Column? Step(Column column, byte value)
    {
        if (column.Next.Length == 0) column.Next = new Column?[_grammar.ClassCount];
        ref var next = ref column.Next[_grammar.Classes[value]];
        next ??= Read(column, value) ?? Column.None;
        return next == Column.None ? null : next;
    }

    private Column? Read(Column column, byte value)
    {
        var kernel = new List<Item>();
        foreach (var item in column.Reading)
            if (_grammar.Step(item.State, value) is >= 0 and var target) kernel.Add(new(target, item.Origin));
        if (kernel.Count == 0) return null;
        Item[] sorted = [.. kernel.Distinct().OrderBy(item => item.State).ThenBy(item => item.Origin?.Id ?? -1)];
        return Intern(sorted);
    }

    private Column Intern(Item[] kernel)
    {
        if (_columns.TryGetValue(kernel, out var column)) return column;
        if (_columns.Count >= MostColumns)
        {
            foreach (var known in _columns.Values) known.Next = [];
            _columns.Clear();
        }
        column = new() { Kernel = kernel, Id = _made++ };
        Close(column);
        _columns.Add(kernel, column);
        return column;
    }

    // predicts and completes until nothing new follows; an empty derivation is gone past where it is predicted (Aycock and Horspool, 2002)
    private void Close(Column column)
    {
        _seen.Clear();
        var items = new List<Item>();
        foreach (var item in column.Kernel) Add(item.State, item.Origin);
        for (var i = 0; i < items.Count; i++)
        {
            var (state, origin) = items[i];
            if (_grammar.Reads(state)) column.Reading.Add(items[i]);
            if (_grammar.IsFinal(state))
            {
                if (origin is null) column.Accepts = true;
                else if (origin != column)
                    foreach (var waiting in origin.Waiting[_grammar.RuleOf(state)]) Add(waiting.State, waiting.Origin);
            }
            foreach (var (rule, target) in _grammar.Calls(state))
            {
                ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(column.Waiting, rule, out var known);
                if (!known) waiting = [];
                waiting!.Add(new(target, origin));
                Add(_grammar.Start(rule), column);
                if (_grammar.IsNullable(rule)) Add(target, origin);
            }
        }

        void Add(int state, Column? origin)
        {
            if (_seen.Add(new(state, origin))) items.Add(new(state, origin));
        }
    }

    private sealed class SameItems : IEqualityComparer<Item[]>
    {
        public bool Equals(Item[]? left, Item[]? right) => left.AsSpan().SequenceEqual(right);

        public int GetHashCode(Item[] items)
        {
            var hash = new HashCode();
            foreach (var item in items)
            {
                hash.Add(item.State);
                hash.Add(item.Origin?.Id ?? -1);
            }
            return hash.ToHashCode();
        }
    }
}
