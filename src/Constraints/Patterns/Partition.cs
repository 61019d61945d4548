namespace DecodeAlign.Constraints;

/// <summary>A partition of numbers that is refined by marking some and splitting them off.</summary>
internal sealed class Partition
{
    private readonly int[] _elements, _places, _sets, _first, _past, _marked;
    private readonly Stack<int> _touched = new();

    private Partition(int count)
    {
        _elements = [.. Enumerable.Range(0, count)];
        _places = [.. _elements];
        (_sets, _first, _past, _marked) = (new int[count], new int[count + 1], new int[count + 1], new int[count + 1]);
        Count = count > 0 ? 1 : 0;
        _past[0] = count;
    }

    private int Count { get; set; }

    /// <summary>The block of each useful state, −1 for the others: states of a block accept the same.</summary>
    public static int[] Refine(int states, bool[] useful, bool[] finals, List<(int Tail, int Symbol, int Head)> moves)
    {
        var blocks = new Partition(states);
        for (var state = 0; state < states; state++)
            if (useful[state] && finals[state]) blocks.Mark(state);
        blocks.Split();
        for (var state = 0; state < states; state++)
            if (!useful[state]) blocks.Mark(state);
        blocks.Split();

        var cords = new Partition(moves.Count);
        foreach (var group in Enumerable.Range(0, moves.Count).GroupBy(i => moves[i].Symbol).Skip(1).ToList())
        {
            foreach (var move in group) cords.Mark(move);
            cords.Split();
        }
        var into = Enumerable.Range(0, moves.Count).ToLookup(i => moves[i].Head);
        for (var (block, cord) = (1, 0); cord < cords.Count; cord++)
        {
            foreach (var move in cords.Members(cord)) blocks.Mark(moves[move].Tail);
            blocks.Split();
            for (; block < blocks.Count; block++)
            {
                foreach (var state in blocks.Members(block))
                    foreach (var move in into[state]) cords.Mark(move);
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

    private int[] Members(int set) => _elements[_first[set].._past[set]];

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
