using DecodeAlign.Decoding;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;

namespace DecodeAlign.Evaluation;

/// <summary>
/// The same prompts under several decoders, at one budget where one is given: texts side by side, what they are worth and what they cost. For claims, with judges held back and intervals over many prompts, there is
/// <see cref="EvaluationRun"/>. One caller at a time.
/// </summary>
public sealed class Comparison
{
    private static readonly Dictionary<string, string> Spenders = new(StringComparer.OrdinalIgnoreCase)
    {
        ["best-of"] = "answers", ["mbr"] = "answers", ["self-consistency"] = "answers", ["tournament"] = "answers", ["listwise"] = "answers", ["beam"] = "beam", ["grid-beam"] = "beam", ["neurologic"] = "beam", ["diverse-beam"] = "beam", ["particles"] = "beam", ["cards"] = "attempts",
        ["deal"] = "beam", ["deal-paper"] = "candidates", ["stochastic-beam"] = "beam", ["step-beam"] = "candidates", ["dvts"] = "answers", ["blockwise"] = "candidates", ["speculative-rejection"] = "answers", ["sweep"] = "steps", ["dual-ascent"] = "rounds",
    };

    private readonly IDecoder _decoder;
    private readonly DecodingRequest _request;
    private readonly IReadOnlyList<string> _prompts;

    /// <summary>Makes a comparison.</summary>
    /// <param name="decoder">What runs the decoders, usually a <see cref="Decoder"/>; the caller keeps ownership of its model.</param>
    /// <param name="request">What is common to all: heuristics, constraints, most tokens, seed. Its prompt, decoder and budget are not used.</param>
    /// <param name="prompts">The prompts, at least one.</param>
    public Comparison(IDecoder decoder, DecodingRequest request, IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(prompts);
        if (prompts.Count == 0) throw new ArgumentException("a comparison needs at least one prompt", nameof(prompts));
        (_decoder, _request, _prompts) = (decoder, request, prompts);
    }

    /// <summary>A scorer that no search ranks by; null (default): there is none.</summary>
    public WeightedHeuristic? Unseen { get; init; }

    /// <summary>A judge of finished texts in the place of <see cref="Unseen"/>, told by its first metric; null (default): there is none.</summary>
    public IEvaluator? Judge { get; init; }

    /// <summary>Token evaluations that each decoder may take for a text, on average over the prompts; 0 (default): each takes what its settings take.</summary>
    public long Budget { get; init; }

    /// <summary>A decoder with the setting that a budget is spent by, such as <c>best-of:answers=fit</c>, where it has one and does not name it itself; otherwise as it is.</summary>
    /// <param name="decoder">NAME or NAME:setting=value,…</param>
    public static string Fitted(string decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        var name = decoder.Split(':')[0].Trim();
        return Spenders.TryGetValue(name, out var setting) && !decoder.Contains("=fit", StringComparison.Ordinal) && !decoder.Contains($"{setting}=", StringComparison.OrdinalIgnoreCase)
            ? $"{decoder}{(decoder.Contains(':', StringComparison.Ordinal) ? ',' : ':')}{setting}=fit" : decoder;
    }

    /// <summary>Writes all texts, decoder by decoder, the prompts of each in one batch.</summary>
    /// <param name="decoders">The decoders, by <see cref="DecoderSpecification"/>.</param>
    /// <param name="progress">Hears what is done next; null: nobody does.</param>
    /// <param name="cancellationToken">Cancels by throwing.</param>
    /// <exception cref="FormatException">A decoder can't be read.</exception>
    public async Task<ComparisonReport> RunAsync(IReadOnlyList<string> decoders, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(decoders);
        var read = decoders.Select(text => Budget > 0 ? Fitted(text) : text).Select(text => (Text: text, Specification: DecoderSpecification.Parse(text))).ToList();
        if (read.Find(one => one.Specification.Fitted is not null && Budget == 0) is { Text: not null } open) throw new FormatException($"decoder '{open.Text}': a setting can only be fit to a budget");
        var rows = new List<ComparisonRow>();
        foreach (var (text, specification) in read)
        {
            int? fitted = null;
            if (specification.Fitted is not null)
            {
                progress?.Report($"fitting {text}");
                fitted = (await BudgetFit.FindAsync(Budget, specification.Least, async tried => await CostAsync(specification.Create(tried), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false)).Value;
            }
            progress?.Report(text);
            // what does not fit at its least is told by its cost
            var value = Math.Max(specification.Least, fitted ?? 0);
            rows.Add(await RunAsync(DecoderSpecification.Describe(text, value), specification.Create(value), cancellationToken).ConfigureAwait(false));
        }
        return new() { Prompts = _prompts, Heuristics = [.. _request.Heuristics.Select(one => one.Heuristic.Name)], Unseen = Judge?.EvaluationMetricNames.First() ?? Unseen?.Heuristic.Name, Budget = Budget, MaxTokens = _request.MaxTokens, Seed = _request.Seed, Decoders = rows };
    }

    private async Task<double> CostAsync(DecoderParts parts, CancellationToken cancellationToken)
    {
        const int Most = 4;
        var sum = 0.0;
        foreach (var prompt in _prompts.Take(Most)) sum += (await _decoder.GenerateAsync(Request(parts) with { Prompt = prompt }, cancellationToken).ConfigureAwait(false)).Statistics.TokenEvaluations;
        return sum / Math.Min(Most, _prompts.Count);
    }

    private async Task<ComparisonRow> RunAsync(string name, DecoderParts parts, CancellationToken cancellationToken)
    {
        var texts = new List<ComparisonText>();
        foreach (var prompt in _prompts)
        {
            var result = await _decoder.GenerateAsync(Request(parts) with { Prompt = prompt }, cancellationToken).ConfigureAwait(false);
            var (answer, cost) = (result.Answer, result.Statistics);
            double? unseen = Judge is not null ? await JudgeAsync(Judge, prompt, answer.Text, cancellationToken).ConfigureAwait(false)
                : Unseen is { } scorer ? await JudgeAsync(scorer, prompt, answer, cancellationToken).ConfigureAwait(false) : null;
            texts.Add(new(answer.Text, answer.Heuristics.Count == 0 ? null : answer.Heuristics.Sum(value => value.Weight * value.Value), unseen, answer.LogProbability, answer.Ids.Count, cost.TokenEvaluations, cost.BatchedPasses, cost.ElapsedSeconds));
        }
        return new(name, texts);
    }

    private async Task<double> JudgeAsync(WeightedHeuristic judge, string prompt, Answer answer, CancellationToken cancellationToken) =>
        judge.Weight * (await new AnswerScorer(_decoder, prompt, _request.MaxTokens, [new(judge.Heuristic.Name, judge.Heuristic)]).ScoreAsync([answer], cancellationToken).ConfigureAwait(false))[0][0];

    private static async Task<double> JudgeAsync(IEvaluator judge, string prompt, string text, CancellationToken cancellationToken)
    {
        var result = await judge.EvaluateAsync([new ChatMessage(ChatRole.User, prompt)], new(new ChatMessage(ChatRole.Assistant, text)), cancellationToken: cancellationToken).ConfigureAwait(false);
        var name = judge.EvaluationMetricNames.First();
        return result.TryGet<NumericMetric>(name, out var metric) && metric.Value is { } value ? value : throw new InvalidOperationException($"the judge '{name}' gave no number");
    }

    private DecodingRequest Request(DecoderParts parts) => _request with { Decoder = parts, Budget = 0 };
}
