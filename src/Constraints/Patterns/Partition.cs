using System.Buffers;

namespace DecodeAlign.Constraints;

/// <summary>A partition of numbers that is refined by marking some and splitting them off.</summary>
internal sealed class Partition : IDisposable
{
    // borrowed: an automaton of a schema has thousands of these made
    private readonly int[] _elements, _places, _sets, _first, _past, _marked;
    private readonly Stack<int> _touched = new();

    private Partition(int count)
    {
        (_elements, _places, _sets) = (Rent(count), Rent(count), Rent(count));
        (_first, _past, _marked) = (Rent(count + 1), Rent(count + 1), Rent(count + 1));
        for (var i = 0; i < count; i++) (_elements[i], _places[i]) = (i, i);
        Count = count > 0 ? 1 : 0;
        _past[0] = count;
    }

    private int Count { get; set; }

    /// <summary>The block of each useful state, −1 for the others: states of a block accept the same.</summary>
    /// <param name="states">Number of states.</param>
    /// <param name="useful">Which of them count.</param>
    /// <param name="finals">Which of them accept.</param>
    /// <param name="moves">Moves between useful states.</param>
    /// <param name="symbols">Number of symbols.</param>
    public static int[] Refine(int states, bool[] useful, bool[] finals, ReadOnlySpan<(int Tail, int Symbol, int Head)> moves, int symbols)
    {
        using var blocks = new Partition(states);
        for (var state = 0; state < states; state++)
            if (useful[state] && finals[state]) blocks.Mark(state);
        blocks.Split();
        for (var state = 0; state < states; state++)
            if (!useful[state]) blocks.Mark(state);
        blocks.Split();

        using var cords = new Partition(moves.Length);
        using var bySymbol = new Grouped<(int Tail, int Symbol, int Head)>(moves, move => move.Symbol, symbols);
        var isFirst = true;
        for (var symbol = 0; symbol < symbols; symbol++)
        {
            var group = bySymbol.Of(symbol);
            if (group.IsEmpty) continue;
            if (!isFirst)
            {
                foreach (var move in group) cords.Mark(move);
                cords.Split();
            }
            isFirst = false;
        }
        using var byHead = new Grouped<(int Tail, int Symbol, int Head)>(moves, move => move.Head, states);
        for (var (block, cord) = (1, 0); cord < cords.Count; cord++)
        {
            if ((cord & 255) == 0) Cancellation.Check();
            foreach (var move in cords.Members(cord)) blocks.Mark(moves[move].Tail);
            blocks.Split();
            for (; block < blocks.Count; block++)
            {
                foreach (var state in blocks.Members(block))
                    foreach (var move in byHead.Of(state)) cords.Mark(move);
                cords.Split();
            }
        }
        var names = new Dictionary<int, int>();
        var result = new int[states];
        for (var state = 0; state < states; state++)
        {
            result[state] = -1;
            if (!useful[state]) continue;
            if (!names.TryGetValue(blocks._sets[state], out var name)) names.Add(blocks._sets[state], name = names.Count);
            result[state] = name;
        }
        return result;
    }

    public void Dispose()
    {
        foreach (var array in new[] { _elements, _places, _sets, _first, _past, _marked }) ArrayPool<int>.Shared.Return(array);
    }

    private static int[] Rent(int count)
    {
        var array = ArrayPool<int>.Shared.Rent(count);
        Array.Clear(array, 0, count);
        return array;
    }

    private ReadOnlySpan<int> Members(int set) => _elements.AsSpan(_first[set].._past[set]);

    private void Mark(int element)
    {
        var set = _sets[element];
        var (place, boundary) = (_places[element], _first[set] + _marked[set]);
        if (place < boundary) return;
        _elements[place] = _elements[boundary];
        _places[_elements[place]] = place;
        _elements[boundary] = element;
        _places[element] = boundary;
        if (_marked[set]++ == 0) _touched.Push(set);
    }

    // the smaller part of each set that was marked in part becomes a set of its own
    private void Split()
    {
        while (_touched.TryPop(out var set))
        {
            var boundary = _first[set] + _marked[set];
            if (boundary == _past[set])
            {
                _marked[set] = 0;
                continue;
            }
            var made = Count++;
            if (_marked[set] <= _past[set] - boundary)
            {
                (_first[made], _past[made]) = (_first[set], boundary);
                _first[set] = boundary;
            }
            else
            {
                (_first[made], _past[made]) = (boundary, _past[set]);
                _past[set] = boundary;
            }
            for (var i = _first[made]; i < _past[made]; i++) _sets[_elements[i]] = made;
            (_marked[set], _marked[made]) = (0, 0);
        }
    }
}
