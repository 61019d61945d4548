using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>
/// The least number of tokens that finish a text from each planned position, for each set of keywords met and each count: shortest paths on the
/// token graph, over tokens that the vocabulary has. Layers with more keywords or higher counts come first, since neither is ever lost.
/// </summary>
internal sealed class TokenDistances
{
    /// <summary>No text that meets the rules follows.</summary>
    public const int Unreachable = ushort.MaxValue;

    /// <summary>Most entries of the table.</summary>
    public const int MostEntries = 1 << 24;

    private readonly TokenGraph _graph;
    private readonly TextRules _rules;
    private readonly int[] _planned;
    private readonly int _count;
    private readonly int _full;
    private readonly int _endCost;
    private readonly ushort[] _table;

    /// <param name="graph">Positions and moves.</param>
    /// <param name="rules">What is asked for; the counts' limits are small.</param>
    /// <param name="planned">Numbers of the positions to plan over.</param>
    /// <param name="endCost">Tokens that ending takes: 1 with an end-of-sequence token, else 0.</param>
    public TokenDistances(TokenGraph graph, TextRules rules, IReadOnlyList<int> planned, int endCost)
    {
        (_graph, _rules, _endCost) = (graph, rules, endCost);
        (_planned, _count) = (new int[planned.Max() + 1], planned.Count);
        Array.Fill(_planned, -1);
        for (var i = 0; i < planned.Count; i++) _planned[planned[i]] = i;
        _full = (1 << rules.Required.Count) - 1;
        _table = new ushort[(long)Entries(planned.Count, rules)];
        Fill(planned);
    }

    /// <summary>Number of entries of a table.</summary>
    public static double Entries(int planned, TextRules rules) =>
        planned * (rules.Words.Limit + 1.0) * (rules.Sentences.Limit + 1.0) * (rules.Characters.Limit + 1.0) * Math.Pow(2, rules.Required.Count);

    /// <summary>Whether a position is one of those planned over.</summary>
    public bool Knows(int number) => number < _planned.Length && _planned[number] >= 0;

    /// <summary>Whether a text may end at a position.</summary>
    public bool Accepts(int number, TextEffect before) =>
        _graph.Automaton.MayEnd(_graph[number], out var atEnd) && Completes(before.Then(atEnd));

    /// <summary>Least tokens from a planned position, the end-of-sequence token included, or <see cref="Unreachable"/>.</summary>
    public int From(int number, TextEffect before) =>
        Knows(number) && Row(before) is >= 0 and var row ? _table[row * _count + _planned[number]] : Unreachable;

    /// <summary>The row of what a text has met and counted: texts of one row need the same; −1: a count is too high.</summary>
    public long Row(TextEffect before)
    {
        var (words, sentences, characters) = (before.Words, before.Sentences, before.Characters);
        if (!_rules.Words.Clip(ref words) || !_rules.Sentences.Clip(ref sentences) || !_rules.Characters.Clip(ref characters)) return -1;
        return (((long)words * (_rules.Sentences.Limit + 1) + sentences) * (_rules.Characters.Limit + 1) + characters) * (_full + 1) + ((int)before.Met & _full);
    }

    private bool Completes(TextEffect all) =>
        ((int)all.Met & _full) == _full && _rules.Words.Holds(all.Words) && _rules.Sentences.Holds(all.Sentences) && _rules.Characters.Holds(all.Characters);

    private void Fill(IReadOnlyList<int> planned)
    {
        var edges = planned.Select(Edges).ToArray();
        var into = Reverse(edges);
        var ends = planned.Select(number => _graph.Automaton.MayEnd(_graph[number], out var atEnd) ? atEnd : (TextEffect?)null).ToArray();
        var levels = new List<List<int>>();
        for (var words = _rules.Words.Limit; words >= 0; words--)
            for (var sentences = _rules.Sentences.Limit; sentences >= 0; sentences--)
                for (var characters = _rules.Characters.Limit; characters >= 0; characters--)
                    for (var met = _full; met >= 0; met--)
                        FillRow(new((ulong)met, words, sentences, characters), edges, into, ends, levels);
    }

    // other rows are final and are looked at once; within the row, positions are settled in the order of their distance
    private void FillRow(TextEffect before, Edge[][] edges, Edge[][] into, TextEffect?[] ends, List<List<int>> levels)
    {
        Cancellation.Check();
        var row = Row(before);
        var here = _table.AsSpan((int)(row * _count), _count);
        for (var i = 0; i < here.Length; i++)
        {
            var best = ends[i] is { } end && Completes(before.Then(end)) ? _endCost : Unreachable;
            foreach (var edge in edges[i])
                if (Row(before.Then(edge.Effect)) is >= 0 and var after && after != row) best = Math.Min(best, _table[after * _count + edge.Position] + 1);
            Put(here, i, best, levels);
        }
        for (var distance = 0; distance < levels.Count; distance++)
        {
            // a level grows only below the one that is read
            foreach (var position in levels[distance])
            {
                if (here[position] != distance) continue;
                foreach (var edge in into[position])
                    if (here[edge.Position] > distance + 1 && Row(before.Then(edge.Effect)) == row) Put(here, edge.Position, distance + 1, levels);
            }
            levels[distance].Clear();
        }
    }

    private static void Put(Span<ushort> here, int position, int distance, List<List<int>> levels)
    {
        here[position] = (ushort)Math.Min(distance, Unreachable);
        if (distance >= Unreachable) return;
        while (levels.Count <= distance) levels.Add([]);
        levels[distance].Add(position);
    }

    private Edge[] Edges(int number) =>
        [.. _graph.Moves(number).Alive.Where(move => Knows(move.Target)).Select(move => new Edge(_planned[move.Target], Kept(move.Effect))).Distinct()];

    private TextEffect Kept(TextEffect effect) => effect with { Met = effect.Met & (ulong)_full };

    private static Edge[][] Reverse(Edge[][] edges)
    {
        var into = new List<Edge>[edges.Length];
        for (var i = 0; i < into.Length; i++) into[i] = [];
        for (var i = 0; i < edges.Length; i++)
            foreach (var edge in edges[i]) into[edge.Position].Add(new(i, edge.Effect));
        return [.. into.Select(list => list.ToArray())];
    }

    private readonly record struct Edge(int Position, TextEffect Effect);
}
