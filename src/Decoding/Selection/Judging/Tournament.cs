using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>
/// A knockout tournament (arXiv 2501.13007): a judge reads two answers at a time, by default in both orders, and the better one goes on, until one is left. N answers take N − 1 matches. Ties: the likelier answer, then
/// the earlier.
/// </summary>
/// <param name="Answers">The number of answers N, at least 1.</param>
public sealed record Tournament(int Answers) : JudgedSelection(Answers)
{
    /// <summary>In how many orders a pair is read, 1 or 2. Default 2: what a judge gives to a place is taken back.</summary>
    public override int Orders { get; init; } = 2;

    internal override int AtOnce => 2;

    internal override Contest Open(BatchText[] answers) => new Knockout(answers);

    private sealed class Knockout : Contest
    {
        private readonly List<int> _left;
        private readonly List<int> _out = [];
        private readonly double[] _values;
        private readonly int[] _wins;
        private double _margin;

        public Knockout(BatchText[] answers)
            : base(answers) => (_left, _values, _wins) = ([.. Enumerable.Range(0, answers.Length)], new double[answers.Length], new int[answers.Length]);

        // an odd one out goes on without a match
        public override IReadOnlyList<int[]> Next() => [.. _left.Chunk(2).Where(pair => pair.Length == 2)];

        public override void Tell(int[] group, double[] values)
        {
            for (var i = 0; i < 2; i++) _values[group[i]] = values[i];
            var (winner, loser) = Compare((group[0], values[0]), (group[1], values[1])) <= 0 ? (0, 1) : (1, 0);
            _wins[group[winner]]++;
            _margin = values[winner] - values[loser];
            _left.Remove(group[loser]);
            // who was put out later stands higher
            _out.Insert(0, group[loser]);
        }

        protected override (IReadOnlyList<(int Index, double Value, int Wins)> Standings, string Reason) Result() =>
            ([.. _left.Concat(_out.OrderByDescending(i => _wins[i]).ThenByDescending(i => _values[i])).Select(i => (i, _values[i], _wins[i]))],
            string.Create(CultureInfo.InvariantCulture, $"it won all of its {_wins[_left[0]]} matches, the last by {_margin:0.###}"));
    }
}
