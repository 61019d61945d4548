using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>
/// Constrained optimisation with multipliers that adapt (arXiv 2310.04373): rounds of a decoder under a Lagrangian (<see cref="IThresholdHeuristic"/>), after each of which the multiplier of each threshold moves by what the
/// round's answer lacks, μᵢ ← max(0, μᵢ + η·(tᵢ − rᵢ)): projected gradient ascent of the dual. Of all rounds' answers the one with the greatest objective is taken among those that reach every threshold; where none does, the
/// one that lacks least in all. Each prompt has multipliers of its own; prompts with equal ones share a batch. Tells how it chose by a <see cref="DualReport"/>.
/// </summary>
/// <param name="Rounds">Rounds at most, at least 1; a prompt whose multipliers stay as they are has no further one.</param>
public sealed record DualAscent(int Rounds) : Selection
{
    /// <summary>η: how much a multiplier moves for a unit that is lacking, or to spare; a finite number above 0. Default 1.</summary>
    public double Step { get; init; } = 1;

    internal override bool ReadsHeuristics => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The request's heuristics are not one with thresholds (others may only be measured, with weight 0).</exception>
    /// <exception cref="NotSupportedException">The decoder that writes the answers ranks by no heuristic.</exception>
    public override async Task<DecodingBatch> SelectAsync(IDecoder inner, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(prompts);
        if (!request.Decoder.ConsultsHeuristics && inner is not SelectingDecoder { ReadsHeuristics: true }) throw new NotSupportedException($"multipliers adapt what a decoder ranks by, and '{request.Decoder.Name}' ranks by no heuristic: take deal or best-of, or give it a lambda");
        if (request.Heuristics.Where(one => one.Weight != 0).ToList() is not [{ Heuristic: IThresholdHeuristic lagrangian }]) throw new ArgumentException("multipliers can adapt where one heuristic with thresholds is ranked by (--combine constrained)", nameof(request));
        if (request.Heuristics.First(one => one.Weight != 0).Weight < 0) throw new ArgumentException("a heuristic with thresholds needs a weight above 0", nameof(request));
        var measured = new Measured(request.Heuristics, lagrangian);
        var paths = prompts.Select(_ => new Path(lagrangian)).ToArray();
        var cost = default(DecodingStatistics);
        for (var round = 0; round < Rounds; round++)
        {
            var open = Enumerable.Range(0, paths.Length).Where(p => !paths[p].IsDone).GroupBy(p => string.Join(' ', paths[p].Multipliers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)))).ToList();
            if (open.Count == 0) break;
            foreach (var alike in open.Select(group => group.ToArray()))
            {
                var batch = await inner.GenerateBatchAsync(request with { Heuristics = measured.With(paths[alike[0]].Multipliers) }, [.. alike.Select(p => prompts[p])], cancellationToken).ConfigureAwait(false);
                cost += batch.Statistics;
                foreach (var (p, text) in alike.Zip(batch.Texts)) paths[p].Add(measured.Read(text, round, paths[p].Multipliers), Step);
            }
        }
        BatchText[] chosen = [.. paths.Select(path => path.Choose())];
        return new(chosen, cost with { PromptTokens = cost.PromptTokens * prompts.Count / paths.Sum(path => path.Count), GeneratedTokens = chosen.Sum(text => text.Answer.Ids.Count) });
    }

    /// <inheritdoc/>
    public override string NameOver(string decoder) => $"dual-ascent over {decoder}";

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.That(Rounds >= 1, nameof(Rounds), "at least 1", Rounds);
        Require.That(double.IsFinite(Step) && Step > 0, nameof(Step), "a finite number above 0", Step);
    }

    /// <summary>A round's answer, and what it lacks.</summary>
    private sealed record Found(DualRound Round, BatchText Text, double[] Lacks);

    /// <summary>The request's heuristics, and those of the Lagrangian's parts that the request itself does not measure.</summary>
    private sealed class Measured
    {
        private readonly IReadOnlyList<WeightedHeuristic> _own;
        private readonly IThresholdHeuristic _lagrangian;
        private readonly WeightedHeuristic[] _added;
        private readonly int[] _places;

        public Measured(IReadOnlyList<WeightedHeuristic> own, IThresholdHeuristic lagrangian)
        {
            (_own, _lagrangian) = (own, lagrangian);
            IHeuristic[] parts = [lagrangian.Objective, .. lagrangian.Thresholds.Select(threshold => threshold.Heuristic)];
            _added = [.. parts.Where(part => !own.Any(one => ReferenceEquals(one.Heuristic, part))).Distinct().Select(part => new WeightedHeuristic(part, 0))];
            WeightedHeuristic[] all = [.. own, .. _added];
            _places = [.. parts.Select(part => Array.FindIndex(all, one => ReferenceEquals(one.Heuristic, part)))];
        }

        public WeightedHeuristic[] With(double[] multipliers) => [.. _own.Select(one => ReferenceEquals(one.Heuristic, _lagrangian) ? one with { Heuristic = _lagrangian.WithMultipliers(multipliers) } : one), .. _added];

        public Found Read(BatchText text, int round, double[] multipliers)
        {
            var values = text.Answer.Heuristics;
            if (values.Count < _own.Count + _added.Length) throw new NotSupportedException("the decoder does not tell the heuristics' values, by which multipliers adapt");
            double[] reached = [.. _places[1..].Select(place => values[place].Value)];
            double[] lacks = [.. reached.Zip(_lagrangian.Thresholds, (value, threshold) => threshold.Least - value)];
            var plain = text with { Answers = [.. text.Answers.Select(answer => answer with { Heuristics = [.. answer.Heuristics.Take(_own.Count)] })] };
            return new(new(round, multipliers, plain.Answer, values[_places[0]].Value, reached, Array.TrueForAll(lacks, lack => lack <= 0)), plain, lacks);
        }
    }

    /// <summary>One prompt's rounds.</summary>
    private sealed class Path(IThresholdHeuristic lagrangian)
    {
        private readonly List<Found> _found = [];

        public double[] Multipliers { get; private set; } = [.. lagrangian.Thresholds.Select(threshold => threshold.Multiplier)];

        public bool IsDone { get; private set; }

        public int Count => _found.Count;

        public void Add(Found found, double step)
        {
            _found.Add(found);
            double[] next = [.. Multipliers.Zip(found.Lacks, (multiplier, lack) => Math.Max(0, multiplier + step * lack))];
            // the same multipliers write the same answer
            IsDone = next.SequenceEqual(Multipliers);
            Multipliers = next;
        }

        public BatchText Choose()
        {
            Found[] order = [.. _found.OrderByDescending(found => found.Round.IsFeasible).ThenBy(found => found.Lacks.Sum(lack => Math.Max(0, lack))).ThenByDescending(found => found.Round.Objective)];
            var best = order[0];
            var reason = best.Round.IsFeasible
                ? string.Create(CultureInfo.InvariantCulture, $"of {_found.Count} rounds {_found.Count(found => found.Round.IsFeasible)} reach every threshold; this has the greatest objective, {best.Round.Objective:0.###}")
                : string.Create(CultureInfo.InvariantCulture, $"none of {_found.Count} rounds reaches every threshold; this lacks least, {best.Lacks.Sum(lack => Math.Max(0, lack)):0.###} in all");
            return best.Text with { Answers = [.. order.Select(found => found.Text.Answer)], Selection = new DualReport { Reason = reason, Rounds = [.. _found.Select(found => found.Round)] } };
        }
    }
}
