namespace DecodeAlign.Decoding;

/// <summary>
/// Sequential Monte Carlo: the beam is a population of particles, each of which draws its own next token from the proposal q and carries a weight, so that together they stand for the target
/// γ(y) = P(y)·e^{λ·h(y)}, restricted to what the constraints allow (twisted SMC, arXiv 2404.17546; arXiv 2504.13139). A token multiplies the weight by γ_t / (γ_{t−1}·q); where the effective sample size
/// falls under a share of the particles, they are drawn anew by weight (systematic resampling). Ẑ, the mean weight, is unbiased; log Ẑ is biased low.
/// </summary>
public sealed record KeepParticles : Keep
{
    /// <summary>The share of the particles under which the effective sample size must fall for them to be drawn anew, in [0, 1]. 0: never (importance sampling). Default 0.5.</summary>
    public double ResampleBelow { get; init; } = 0.5;

    internal override Obstacles Obstacles => new("every particle is weighed", "every particle is followed", "particles are weighed together", "particles are weighed together");

    internal override bool ReadsProposal => true;

    internal override Keeper Open(ulong seed) => new Particles(this, seed);

    internal override void Validate(Proposal proposal, Rank rank)
    {
        base.Validate(proposal, rank);
        Require.That(proposal is SampledTokens { Candidates: 1 } or Segments { Candidates: 1 }, nameof(Proposal), "one sampled token, or segment, for each particle", proposal);
        Require.That(rank is { LengthExponent: 0, Lookahead.Tokens: 0 }, nameof(Rank), "without lookahead and length normalisation, so that c is the target's logarithm", rank);
        Require.That(ResampleBelow is >= 0 and <= 1, nameof(ResampleBelow), "in [0, 1]", ResampleBelow);
    }

    private sealed class Particles(KeepParticles part, ulong seed) : Keeper
    {
        private double _logMean;
        private double _effective = part.Beam;
        private bool _whole;

        public override IEnumerable<KeyValuePair<string, double>> Measures => _whole ? [new("log marginal", _logMean), new("effective sample size", _effective)] : [];

        public override IReadOnlyList<Hypothesis> Start(int root) =>
            [.. Enumerable.Range(1, part.Beam).Select(lineage => new Hypothesis { Node = root, LogProbability = 0, Length = 0, Ahead = root, Lineage = (ulong)lineage })];

        public override IReadOnlyList<Kept> Decide(SearchGroup group, IReadOnlyList<Candidate> candidates)
        {
            Kept[] own = [.. candidates.Select(candidate => new Kept(candidate, 0, candidate.Parent.Weight + candidate.Score - candidate.Parent.Score - candidate.LogProposal, candidate.Parent.Lineage))];
            double[] weights = [.. group.Finished.Select(answer => answer.LogWeight), .. own.Select(particle => particle.Weight)];
            foreach (var particle in own) particle.Candidate.LogWeight = particle.Weight;
            if (EffectiveSize(weights) >= part.ResampleBelow * weights.Length) return own;
            var mean = LogMean(weights);
            _logMean += mean;
            var times = Resample(weights, mean, Randomness.Uniform(seed, Randomness.Mix(group.Context.Tree.PathHash(group.Context.Root), (ulong)group.StepsTaken), DrawPurpose.Keep, (uint)group.Index));
            var finished = group.Finished.SelectMany((answer, i) => Enumerable.Repeat(answer with { LogWeight = 0 }, times[i])).ToList();
            var kept = new List<Kept>();
            for (var i = 0; i < own.Length; i++)
            {
                var copies = times[group.Finished.Count + i];
                if (group.IsTraced) own[i].Candidate.Note = FormattableString.Invariant($"of an effective size of {EffectiveSize(weights):0.0} among {weights.Length}, the particles were drawn anew by weight: this one {copies switch { 0 => "not", 1 => "once", _ => $"{copies} times" }}");
                for (var copy = 0; copy < copies; copy++)
                    kept.Add(own[i] with { Weight = 0, Lineage = copy == 0 ? own[i].Lineage : Randomness.Mix(Randomness.Mix(own[i].Lineage, (ulong)group.StepsTaken), (ulong)copy) });
            }
            group.Finished.Clear();
            group.Finished.AddRange(finished);
            return kept;
        }

        public override IEnumerable<Answer> Choosable(SearchGroup group) => group.Finished;

        // the answer is drawn by weight, so that it is one of the target's own as nearly as the particles are
        public override Answer[] Order(SearchGroup group)
        {
            double[] weights = [.. group.Finished.Select(answer => answer.LogWeight)];
            _whole = weights.Length == part.Beam;
            var mean = LogMean(weights);
            _logMean += mean;
            _effective = EffectiveSize(weights);
            var sum = mean + Math.Log(weights.Length);
            var left = Randomness.Uniform(seed, group.Context.Tree.PathHash(group.Context.Root), DrawPurpose.Selection, (uint)group.Index);
            var at = 0;
            while (at < weights.Length - 1 && (left -= Math.Exp(weights[at] - sum)) >= 0) at++;
            Answer[] weighed = [.. group.Finished.Select(answer => answer with { LogWeight = answer.LogWeight - sum })];
            return [weighed[at], .. weighed.Where((_, i) => i != at).OrderByDescending(answer => answer.LogWeight).ThenByDescending(answer => answer.LogProbability)];
        }

        private static double LogMean(double[] weights)
        {
            var most = weights.Max();
            return most + Math.Log(weights.Sum(weight => Math.Exp(weight - most)) / weights.Length);
        }

        private static double EffectiveSize(double[] weights)
        {
            var most = weights.Max();
            var (sum, squares) = (0.0, 0.0);
            foreach (var weight in weights)
            {
                sum += Math.Exp(weight - most);
                squares += Math.Exp(2 * (weight - most));
            }
            return sum * sum / squares;
        }

        // one uniform number for all: each particle is drawn ⌊n·w⌋ or ⌈n·w⌉ times
        private static int[] Resample(double[] weights, double mean, double uniform)
        {
            var times = new int[weights.Length];
            var (reached, next) = (0.0, uniform);
            for (var i = 0; i < weights.Length; i++)
            {
                reached += Math.Exp(weights[i] - mean);
                for (; next < reached && next < weights.Length; next++) times[i]++;
            }
            // what rounding left over
            for (; next < weights.Length; next++) times[^1]++;
            return times;
        }
    }
}
