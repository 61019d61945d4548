namespace DecodeAlign.Decoding;

/// <summary>
/// Stochastic beam search (arXiv 1903.06059): the beam is a sample of different texts, drawn without replacement. Every text has a key, log q + a Gumbel number; a hypothesis's key is the greatest of the texts
/// that begin with it, so that its candidates' keys are drawn under the condition that their maximum is the parent's, and the b greatest keys go on. Finished texts keep their places. q is the proposal that
/// is drawn from (masked, tempered, truncated). The answer is the one with the greatest h, and of equal ones the one with the greatest key, which is a plain sample.
/// </summary>
/// <remarks>
/// Answers carry weights proportional to q(y) / P(key &gt; κ), with κ the greatest key that was left out; the measure "weight sum" is their sum before they are made to sum to 1. Its mean
/// over runs is 1, and that of Σ w·f(y) is E_q[f].
/// </remarks>
public sealed record KeepStochastic : Keep
{
    private const string Drawn = "texts are kept by keys that are drawn";

    internal override Obstacles Obstacles => new(Drawn, Drawn, "all texts of the sample are wanted", Drawn);

    internal override bool ReadsHeuristics => true;

    internal override bool ReadsProposal => true;

    internal override Keeper Open(ulong seed) => new GumbelKeeper(Beam, seed);

    internal override void Validate(Proposal proposal, Rank rank)
    {
        base.Validate(proposal, rank);
        Require.That(proposal is SampledTokens { Candidates: var candidates } && candidates > Beam, nameof(Proposal), $"more sampled tokens for each hypothesis than the beam, {Beam}", proposal);
        Require.That(rank is { Lambda: 0, Lookahead.Tokens: 0 }, nameof(Rank), "by log P alone, since keys decide who goes on", rank);
    }

    private sealed class GumbelKeeper(int beam, ulong seed) : Keeper
    {
        // log q of the live hypotheses, by node: their texts are different ones
        private Dictionary<int, double> _live = [];
        private readonly List<Entry> _finished = [];
        private double _threshold = double.NegativeInfinity;
        private double _weightSum = double.NaN;

        public override IEnumerable<KeyValuePair<string, double>> Measures => double.IsNaN(_weightSum) ? [] : [new("weight sum", _weightSum)];

        public override IReadOnlyList<Hypothesis> Start(int root)
        {
            _live[root] = 0;
            return base.Start(root);
        }

        public override IEnumerable<Answer> Choosable(SearchGroup group) => group.Finished;

        public override IReadOnlyList<Kept> Decide(SearchGroup group, IReadOnlyList<Candidate> candidates)
        {
            List<Entry> entries = [.. _finished, .. candidates.GroupBy(candidate => candidate.ParentIndex).SelectMany(children => Draw(group, [.. children.OrderBy(child => child.Place)]))];
            // a stable sort: equal keys stay as they were
            Entry[] best = [.. entries.OrderByDescending(entry => entry.Key).Take(beam)];
            HashSet<Entry> places = [.. best], finished = [.. _finished];
            foreach (var entry in entries)
                if (!places.Contains(entry)) _threshold = Math.Max(_threshold, entry.Key);
            for (var i = _finished.Count - 1; i >= 0; i--)
            {
                if (places.Contains(_finished[i])) continue;
                _finished.RemoveAt(i);
                group.Finished.RemoveAt(i);
            }
            Entry[] kept = [.. best.Where(entry => !finished.Contains(entry))];
            _finished.AddRange(kept.Where(entry => entry.Candidate.Finish is not null));
            _live = kept.Where(entry => entry.Candidate.Finish is null).ToDictionary(entry => entry.Candidate.Node, entry => entry.LogQ);
            return [.. kept.Select(entry => new Kept(entry.Candidate, Weight: entry.Key))];
        }

        public override Answer[] Order(SearchGroup group)
        {
            var answers = group.Finished.Select((answer, i) => (Answer: answer, Key: answer.LogWeight));
            // texts that were cut off have no keys
            if (_finished.Count == group.Finished.Count)
            {
                double[] logWeights = [.. _finished.Select(entry => entry.LogQ - LogInclusion(entry.LogQ - _threshold))];
                _weightSum = logWeights.Sum(Math.Exp);
                answers = answers.Select((one, i) => (one.Answer with { LogWeight = logWeights[i] - Math.Log(_weightSum) }, one.Key));
            }
            return [.. answers.OrderByDescending(one => AnswerOrder.Heuristics(one.Answer)).ThenByDescending(one => one.Key).Select(one => one.Answer)];
        }

        // children in the order in which they were drawn without replacement, which is that of their keys: the first has the parent's own, and each further one that of what is left, given that it is smaller
        private IEnumerable<Entry> Draw(SearchGroup group, Candidate[] children)
        {
            var parent = children[0].Parent;
            var (left, key) = (_live[parent.Node], parent.Length == 0 ? Gumbel(0, group, parent.Node, 0) : parent.Weight);
            foreach (var child in children)
            {
                if (child.Place > 0) key = -LogSum(-key, -Gumbel(left, group, parent.Node, child.Place));
                if (group.IsTraced) child.Note = FormattableString.Invariant($"key {key:0.000}");
                yield return new(child, key, left + child.LogProposal);
                left += LogComplement(child.LogProposal);
            }
        }

        private double Gumbel(double location, SearchGroup group, int node, int place) =>
            location - Math.Log(-Math.Log(1 - Randomness.Uniform(seed, group.Context.Tree.PathHash(node), DrawPurpose.Keep, ((ulong)(uint)group.Index << 32) + (uint)place)));

        // log(e^a + e^b)
        private static double LogSum(double a, double b)
        {
            var (most, least) = (Math.Max(a, b), Math.Min(a, b));
            return double.IsInfinity(most) ? most : most + Math.Log(1 + Math.Exp(least - most));
        }

        // log(1 − e^a), a at most 0
        private static double LogComplement(double a) => Math.Log(Math.Max(0, 1 - Math.Exp(a)));

        // log P(key > κ) = log(1 − e^{−e^a}), a = log q − κ
        private static double LogInclusion(double a) => Math.Exp(a) is var rate && rate < 1e-6 ? a - rate / 2 : Math.Log(1 - Math.Exp(-rate));

        // compared by reference
        private sealed class Entry(Candidate candidate, double key, double logQ)
        {
            public Candidate Candidate => candidate;

            public double Key => key;

            public double LogQ => logQ;
        }
    }
}
