using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>Samples a base model and measures how rewards are spread over its texts.</summary>
public static class Calibrator
{
    /// <summary>Samples texts for each prompt and scores them: finished, and at some lengths on the way.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="prompts">Prompts like those to come, at least one; references hold for texts after prompts such as these.</param>
    /// <param name="rewards">What to measure, by the keys under which it is found again.</param>
    /// <param name="options">How to sample; null: the defaults.</param>
    /// <param name="progress">Hears how many prompts are done.</param>
    /// <param name="cancellationToken">Ends the work by throwing.</param>
    /// <exception cref="ArgumentException">There is no prompt or fewer than two texts, or an option is out of its range.</exception>
    /// <exception cref="HeuristicException">A reward failed, or returned a value that is not finite.</exception>
    public static async Task<Calibration> RunAsync(
        ILanguageModel model, IReadOnlyList<string> prompts, IReadOnlyDictionary<string, IHeuristic> rewards, CalibrationOptions? options = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(rewards);
        options ??= new();
        options.Validate();
        if ((long)prompts.Count * options.SamplesPerPrompt < 2) throw new ArgumentException("a calibration needs at least one prompt and two texts", nameof(prompts));

        var decoder = new Decoder(model);
        var spreads = rewards.ToDictionary(reward => reward.Key, _ => new Samples(), StringComparer.Ordinal);
        var logProbabilities = new Samples();
        for (var i = 0; i < prompts.Count; i++)
        {
            var request = new DecodingRequest
            {
                Prompt = prompts[i],
                Decoder = Decoders.Sample(options.Temperature) with { Selection = new BestOf(options.SamplesPerPrompt) },
                MaxTokens = options.MaxTokens,
                Seed = unchecked(options.Seed + (ulong)i),
            };
            var result = await decoder.GenerateAsync(request, cancellationToken).ConfigureAwait(false);
            logProbabilities.Ended.AddRange(result.Answers.Select(answer => answer.LogProbability));
            var texts = new SampledTexts(model, request.FullPrompt(), result.Answers, options);
            foreach (var (key, reward) in rewards) await texts.ScoreAsync(reward, spreads[key], cancellationToken).ConfigureAwait(false);
            progress?.Report(i + 1);
        }
        return new()
        {
            Model = model.Facts.Name,
            TokenizerFingerprint = model.Tokenizer.Fingerprint,
            Prompts = prompts.Count,
            SamplesPerPrompt = options.SamplesPerPrompt,
            MaxTokens = options.MaxTokens,
            Temperature = options.Temperature,
            Seed = options.Seed,
            LogProbability = logProbabilities.ToScale(),
            Rewards = spreads.ToDictionary(spread => spread.Key, spread => spread.Value.ToScale(), StringComparer.Ordinal),
        };
    }

    /// <summary>Values of one reward.</summary>
    private sealed class Samples
    {
        public List<double> Ended { get; } = [];

        public SortedDictionary<int, List<double>> Passing { get; } = [];

        public RewardScale ToScale() => RewardScale.Of([.. Ended],
        [
            // a spread needs two values
            .. Passing.Where(place => place.Value.Count > 1).Select(place => (place.Key, Spread: RewardScale.Spread(place.Value))).Select(place => new PositionScale(place.Key, place.Spread.Mean, place.Spread.Deviation)),
        ]);
    }

    /// <summary>One prompt's texts in a tree of their own, as nodes to score.</summary>
    private sealed class SampledTexts
    {
        private readonly GenerationContext _context;
        private readonly List<(ScoreRequest Request, int Tokens)> _requests = [];

        public SampledTexts(ILanguageModel model, string prompt, IReadOnlyList<Answer> answers, CalibrationOptions options)
        {
            var tree = new TokenTree();
            var root = tree.AddRoot(model.Tokenizer.EncodePrompt(prompt));
            foreach (var answer in answers)
            {
                var ids = answer.FinishReason.IsEndOfSequence() ? answer.Ids.Take(answer.Ids.Count - 1) : answer.Ids;
                var (node, tokens) = (root, 0);
                foreach (var id in ids)
                {
                    node = tree.Append(node, id);
                    if (options.Positions.Contains(++tokens)) _requests.Add((new(node, false), tokens));
                }
                _requests.Add((new(node, true), tokens));
            }
            _context = new() { Tree = tree, Root = root, Prompt = prompt, Tokenizer = model.Tokenizer, Model = model.Facts, MaxTokens = options.MaxTokens, MaxNodes = tree.Count };
        }

        public async ValueTask ScoreAsync(IHeuristic reward, Samples samples, CancellationToken cancellationToken)
        {
            // the identity: its session checks what the reward returns, and names it
            var checking = new WeightedSum((reward, 1));
            await checking.ReadyAsync(cancellationToken).ConfigureAwait(false);
            await using var sessions = await ModelSessions.OpenAsync(checking.Needs(_context), cancellationToken).ConfigureAwait(false);
            using var session = await checking.OpenAsync(_context, sessions, cancellationToken).ConfigureAwait(false);
            var values = new double[_requests.Count];
            await session.ScoreAsync(_requests.Select(text => text.Request).ToArray(), values, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < values.Length; i++)
            {
                var (request, tokens) = _requests[i];
                if (request.Ended) samples.Ended.Add(values[i]);
                else if (samples.Passing.TryGetValue(tokens, out var others)) others.Add(values[i]);
                else samples.Passing.Add(tokens, [values[i]]);
            }
        }
    }
}
