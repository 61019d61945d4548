using System.Runtime.InteropServices;

namespace DecodeAlign.Constraints;

/// <summary>Reads bytes by a grammar, any context-free one: left-recursive and ambiguous ones too. Columns are interned. Not safe for concurrent use.</summary>
internal sealed class EarleyMachine
{
    /// <summary>Columns kept before all are forgotten and made anew as they are met.</summary>
    private const int MostColumns = 40_000;

    private const long Unknown = long.MaxValue / 4;

    private readonly Grammar _grammar;
    private readonly Dictionary<Item[], Column> _columns = new(new SameItems());
    private readonly HashSet<Item> _seen = [];
    private readonly ShortestTexts? _texts;
    private int _made;

    /// <param name="grammar">The grammar.</param>
    /// <param name="texts">Its shortest texts; null: <see cref="Column.Bytes"/> is not asked for.</param>
    public EarleyMachine(Grammar grammar, ShortestTexts? texts = null)
    {
        (_grammar, _texts) = (grammar, texts);
        Start = Intern([new(grammar.Start(grammar.Root), null, 0)]);
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
        {
            var count = item.Count;
            if (_grammar.Step(item.State, value, ref count) is >= 0 and var target) kernel.Add(new(target, item.Origin, count));
        }
        if (kernel.Count == 0) return null;
        if (kernel.Count == 1) return Intern([kernel[0]]);
        Item[] sorted = [.. kernel.Distinct().OrderBy(item => item.State).ThenBy(item => item.Origin?.Id ?? -1).ThenBy(item => item.Count)];
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
        foreach (var item in column.Kernel) Add(item.State, item.Origin, item.Count);
        for (var i = 0; i < items.Count; i++)
        {
            if ((i & 1023) == 0) Cancellation.Check();
            var (state, origin, count) = items[i];
            if (_grammar.Reads(state)) column.Reading.Add(items[i]);
            if (_grammar.IsFinal(state))
            {
                if (origin is null) column.Accepts = true;
                else if (origin != column)
                    foreach (var waiting in origin.Waiting[_grammar.RuleOf(state)]) Add(waiting.State, waiting.Origin, waiting.Count);
            }
            foreach (var (rule, target) in _grammar.Calls(state))
            {
                if (!_grammar.MayCount(target, count)) continue;
                ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(column.Waiting, rule, out var known);
                if (!known) waiting = [];
                waiting!.Add(new(target, origin, count));
                Add(_grammar.Start(rule), column, 0);
                if (_grammar.IsNullable(rule)) Add(target, origin, count);
            }
        }
        if (_texts is not null) Measure(column, items);

        void Add(int state, Column? origin, int count)
        {
            if (_seen.Add(new(state, origin, count))) items.Add(new(state, origin, count));
        }
    }

    // rules called in this column may wait for each other, so that their rests are settled in turns
    private void Measure(Column column, List<Item> items)
    {
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var (rule, waiting) in column.Waiting)
            {
                var least = Unknown;
                foreach (var item in waiting) least = Math.Min(least, BytesOf(item));
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(column.Rest, rule, out var was);
                if (was && known <= least) continue;
                (known, changed) = (least, true);
            }
        }
        column.Bytes = Unknown;
        foreach (var item in items) column.Bytes = Math.Min(column.Bytes, BytesOf(item));
    }

    /// <summary>Bytes that are enough from an item to the end of the text.</summary>
    public long BytesOf(Item item)
    {
        var rest = 0L;
        if (item.Origin is not null && !item.Origin.Rest.TryGetValue(_grammar.RuleOf(item.State), out rest)) return Unknown;
        return Math.Min(Unknown, _texts!.BytesFrom(item.State, item.Count) + rest);
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
                hash.Add(item.Count);
            }
            return hash.ToHashCode();
        }
    }
}
