using System.Globalization;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Evaluation;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Experiments;

internal sealed record RpsSettings(string Model, string? Texts, int Prompts, int NegativePrompts, int DevelopmentPrompts, int Seed, int MaxTokens, int Threads, string? Pool, string? Picture);

/// <summary>
/// Robust Preference Selection against what it must beat at an equal number of answers, on the embedded model: every method gets five answers a prompt from one pool, of which v·z keeps one; what is
/// kept is then judged also by scorers that never selected.
/// </summary>
internal sealed class RpsExperiment(RpsSettings settings, AnswerPool pool)
{
    public const int Answers = 5;
    private const int BanditChunk = 50;

    private static readonly double[] Temperatures = [0.7, 0.85, 1, 1.15, 1.3];
    private static readonly Neighbourhood Grid = new() { Count = Answers };
    private static readonly Neighbourhood Wide = new() { Count = Answers, Sampler = NeighbourhoodSampler.Symmetric };
    private static readonly Neighbourhood Three = new() { Count = 3, Sampler = NeighbourhoodSampler.Symmetric };

    public static async Task<int> RunAsync(RpsSettings settings, CancellationToken cancellationToken)
    {
        var objectives = ObjectiveSet.Read(settings.Model);
        var classifiers = settings.Texts is null ? [] : WordClassifier.Train(settings.Texts, objectives, Path.Combine(settings.Model, "lexicons"));
        await using var model = await CpuModel.LoadAsync(settings.Model, new() { Threads = settings.Threads }, cancellationToken: cancellationToken);
        var openings = StoryOpenings.Make(settings.Prompts + settings.DevelopmentPrompts);
        var asked = new DecodingRequest { Prompt = "", Decoder = PreferencePlan.PaperDecoder, MaxTokens = settings.MaxTokens, Seed = (ulong)settings.Seed };
        await using var pool = new AnswerPool(model, asked, openings, settings.Pool, (text, tokens, ended) =>
            new(text, tokens, ended, [.. objectives.Objectives.Select(objective => objective.ZScore(text))], objectives.PositivityUnseen.ZScore(text), [.. classifiers.Select(classifier => classifier.Score(text))]));
        var experiment = new RpsExperiment(settings, pool);

        var scales = await experiment.ScalesAsync(classifiers.Length, cancellationToken);
        var outcomes = new List<TargetOutcome>();
        foreach (var target in RpsTarget.All)
        {
            outcomes.Add(await experiment.RunAsync(target, scales, cancellationToken));
            await CheckAsync(model, objectives, asked, openings[settings.DevelopmentPrompts], outcomes[^1], cancellationToken);
        }
        var report = new RpsReport(settings, outcomes, classifiers.Length > 0, Console.Out);
        report.WriteSetup(model.Facts, pool, classifiers);
        report.Write();
        if (settings.Picture is { } file) await File.WriteAllTextAsync(file, RpsPicture.Draw(report), cancellationToken);
        return 0;
    }

    // the classifiers' scores over plain answers: a unit for each
    private async Task<(double Mean, double Deviation)[]> ScalesAsync(int classifiers, CancellationToken cancellationToken)
    {
        if (classifiers == 0) return [];
        AnswerKey[] plain = [.. Test(Math.Min(200, settings.Prompts)).Select(opening => new AnswerKey("", RpsMethods.Temperature, opening, 0))];
        await pool.EnsureAsync(plain, "plain answers", cancellationToken);
        return [.. Enumerable.Range(0, classifiers).Select(c => plain.Select(key => pool[key].Classified[c]).ToArray()).Select(values => (values.Average(), Statistics.Deviation(values)))];
    }

    private async Task<TargetOutcome> RunAsync(RpsTarget target, (double Mean, double Deviation)[] scales, CancellationToken cancellationToken)
    {
        var (temperature, offset) = await DevelopAsync(target, cancellationToken);
        var prompts = target.Group == RpsTarget.Negative ? settings.NegativePrompts : settings.Prompts;
        (string Name, PreferencePlan Plan)[] plans =
        [
            (RpsReport.Target, PreferencePlan.Target(Answers)),
            (RpsReport.Matched, PreferencePlan.TargetAt(temperature, Answers)),
            (RpsReport.Nearest, PreferencePlan.NearestTrained(target.Trained, Answers)),
            (RpsReport.Fixed, new() { Directions = offset, Answers = Answers }),
            (RpsReport.Released, PreferencePlan.Rps(Grid)),
            (RpsReport.Whole, PreferencePlan.Rps(Wide)),
        ];
        await pool.EnsureAsync(plans.SelectMany(plan => Test(prompts).SelectMany(opening => RpsMethods.Ask(plan.Plan, target.Direction, opening))).Select(ask => ask.Key), $"{target.Name}: all methods", cancellationToken);
        var methods = plans.Select(plan => (plan.Name, Kept: Test(prompts).Select(opening => RpsMethods.Keep(RpsMethods.Ask(plan.Plan, target.Direction, opening), pool, target.Direction)).ToArray())).ToList();
        methods.Add((RpsReport.Halving, await HalveAsync(target, prompts, cancellationToken)));
        var (bandit, kept) = await LearnAsync(target, prompts, cancellationToken);
        methods.Add((RpsReport.Bandit, kept));
        return new(target, temperature, offset, scales, [.. methods.Select(method => new MethodOutcome(method.Name, method.Kept))], Singles(target, prompts), bandit.Spent);
    }

    // on prompts of its own: the temperature at which the target's answers spread as RPS's do, and the fixed offset whose best of five is best
    private async Task<(double Temperature, IDirectionChoice Offset)> DevelopAsync(RpsTarget target, CancellationToken cancellationToken)
    {
        int[] prompts = [.. Enumerable.Range(0, settings.DevelopmentPrompts)];
        PreferencePlan[] plans = [PreferencePlan.Rps(Wide), .. Temperatures.Select(t => PreferencePlan.TargetAt(t, Answers)), .. target.Offsets.Select(offset => new PreferencePlan { Directions = offset, Answers = Answers })];
        await pool.EnsureAsync(plans.SelectMany(plan => prompts.SelectMany(opening => RpsMethods.Ask(plan, target.Direction, opening))).Select(ask => ask.Key), $"{target.Name}: development", cancellationToken);
        Kept[][] kept = [.. plans.Select(plan => prompts.Select(opening => RpsMethods.Keep(RpsMethods.Ask(plan, target.Direction, opening), pool, target.Direction)).ToArray())];
        double[] spreads = [.. kept.Select(all => all.Average(one => one.Spread))];
        var temperature = Temperatures[Enumerable.Range(0, Temperatures.Length).MinBy(t => Math.Abs(spreads[t + 1] - spreads[0]))];
        var offset = Enumerable.Range(0, target.Offsets.Length).MaxBy(o => kept[o + 1 + Temperatures.Length].Average(one => one.Answer.Score(target.Direction)));
        return (temperature, target.Offsets[offset]);
    }

    // successive halving: three directions, then one more answer for each of the better two
    private async Task<Kept[]> HalveAsync(RpsTarget target, int prompts, CancellationToken cancellationToken)
    {
        var directions = Three.Choose(target.Direction);
        Asked[][] asked = [.. Test(prompts).Select(opening => RpsMethods.Ask(directions, opening))];
        await pool.EnsureAsync(asked.SelectMany(all => all).Select(ask => ask.Key), $"{target.Name}: halving", cancellationToken);
        Asked[][] all = [.. asked.Select(first =>
        {
            var better = first.OrderByDescending(ask => pool[ask.Key].Score(target.Direction)).ThenBy(ask => Math.Round(ask.Direction.AngleTo(target.Direction), 9)).Take(2).Select(ask => ask.Direction);
            return RpsMethods.Ask([.. directions, .. better], first[0].Key.Opening);
        })];
        await pool.EnsureAsync(all.SelectMany(some => some).Select(ask => ask.Key), $"{target.Name}: halving, second round", cancellationToken);
        return [.. all.Select(some => RpsMethods.Keep(some, pool, target.Direction))];
    }

    // a bandit that starts from nothing and learns from prompt to prompt, fifty at a time
    private async Task<(DirectionBandit Bandit, Kept[] Kept)> LearnAsync(RpsTarget target, int prompts, CancellationToken cancellationToken)
    {
        var bandit = new DirectionBandit(target.Direction, Wide, Answers, (ulong)settings.Seed);
        var kept = new List<Kept>();
        foreach (var chunk in Test(prompts).Chunk(BanditChunk))
        {
            Asked[][] asked = [.. chunk.Select(opening => RpsMethods.Ask(bandit.Choose(target.Direction), opening))];
            await pool.EnsureAsync(asked.SelectMany(all => all).Select(ask => ask.Key), $"{target.Name}: bandit", cancellationToken);
            foreach (var ask in asked.SelectMany(all => all)) bandit.Observe(ask.Direction, pool[ask.Key].Score(target.Direction));
            kept.AddRange(asked.Select(all => RpsMethods.Keep(all, pool, target.Direction)));
        }
        return (bandit, [.. kept]);
    }

    // development prompts come first, so that a run over fewer prompts is a part of one over more
    private IEnumerable<int> Test(int prompts) => Enumerable.Range(settings.DevelopmentPrompts, prompts);

    private List<SingleAnswers> Singles(RpsTarget target, int prompts) =>
        [.. Grid.Choose(target.Direction).Concat(Wide.Choose(target.Direction)).DistinctBy(target.Label).OrderBy(direction => direction.AngleTo(target.Direction))
            .Select(direction => new SingleAnswers(target.Label(direction), [.. Test(prompts).Select(opening => pool[RpsMethods.Ask([direction], opening)[0].Key].Score(target.Direction))]))];

    // the pool's answer is the library's
    private static async Task CheckAsync(ILanguageModel model, ObjectiveSet objectives, DecodingRequest asked, string opening, TargetOutcome outcome, CancellationToken cancellationToken)
    {
        foreach (var (name, plan) in new[] { (RpsReport.Whole, PreferencePlan.Rps(Wide)), (RpsReport.Halving, PreferencePlan.AdaptiveRps(Three, Answers)) })
        {
            var selection = new PreferenceSelection
            {
                Target = outcome.Target.Direction,
                Objectives = [.. objectives.Objectives.Select(objective => new PreferenceObjective(objective.Name, objective))],
                Conditioner = PreferenceConditioner.Line(ObjectiveSet.Names),
                Plan = plan,
            };
            var result = await new Decoder(model).GenerateAsync(asked with { Prompt = opening, Decoder = asked.Decoder with { Selection = selection } }, cancellationToken);
            var kept = outcome[name].Kept[0].Answer;
            if (result.Text != kept.Text) throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{outcome.Target.Name}, {name}: the pool keeps \"{kept.Text}\", the library \"{result.Text}\""));
        }
    }
}
