using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>A judge reads all N answers in one pass, and the one that it values most is taken (as RewardAnything does, arXiv 2506.03637). Ties: the likelier answer, then the earlier.</summary>
/// <param name="Answers">The number of answers N, at least 1 and at most as many as the judge reads at once.</param>
public sealed record Listwise(int Answers) : JudgedSelection(Answers)
{
    /// <summary>In how many orders all answers are read, 1 to N, each a pass of its own. Default 1.</summary>
    public override int Orders { get; init; } = 1;

    internal override int AtOnce => Answers;

    internal override Contest Open(BatchText[] answers) => new Ballot(answers);

    private sealed class Ballot(BatchText[] answers) : Contest(answers)
    {
        private double[]? _values = answers.Length == 1 ? [0] : null;

        public override IReadOnlyList<int[]> Next() => _values is null ? [[.. Enumerable.Range(0, Answers.Length)]] : [];

        public override void Tell(int[] group, double[] values) => _values = values;

        protected override (IReadOnlyList<(int Index, double Value, int Wins)> Standings, string Reason) Result()
        {
            var values = _values!;
            int[] order = [.. Enumerable.Range(0, values.Length)];
            Array.Sort(order, (left, right) => Compare((left, values[left]), (right, values[right])));
            return ([.. order.Select(i => (i, values[i], 0))], order.Length == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"the judge values it at {values[order[0]]:0.###}, and the next at {values[order[1]]:0.###}"));
        }
    }
}
