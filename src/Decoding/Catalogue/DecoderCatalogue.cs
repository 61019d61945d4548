using static DecodeAlign.Decoding.Settings;

namespace DecodeAlign.Decoding;

/// <summary>
/// The decoders by name, each with its settings and defaults: what the command line, its help, configuration, chat keys and the documentation read. The presets of <see cref="Decoders"/> have the same defaults.
/// </summary>
public static class DecoderCatalogue
{
    private static readonly IReadOnlyList<DecoderSetting> Where = [SegmentLength, LookaheadEntropy];
    private static readonly IReadOnlyList<DecoderSetting> Deal = [LengthExponent, Suggestions, SampleCandidates, SampleLookahead, HalveLookaheads, .. Where, .. Sampling];
    private static readonly IReadOnlyList<DecoderSetting> Judged = [JudgeModel, Criterion];
    private static readonly DecoderSetting KeepTemperature = Number("keepTemperature", "Divides what candidates are drawn by: below 1 sharper, above 1 flatter.", 1.0, 0) with { IsAboveLeast = true };
    private static readonly DecoderSetting Groups = Integer("groups", "Groups of the beam that choose one after the other.", 2, 1);
    private static readonly DecoderSetting DiversityPenalty = Number("diversityPenalty", "What each earlier group's choice of the same token costs a candidate, in nats.", 0.5, 0);
    private static readonly DecoderSetting ResampleBelow = Number("resampleBelow", "Draws particles anew where their effective number falls under this share of them; 0: never.", 0.5, 0) with { Greatest = 1 };
    private static readonly DecoderSetting Target = new() { Name = "target", Kind = SettingKind.Number, Meaning = "The h that a whole text is to have.", Default = 1.0 };
    private static readonly DecoderSetting AcceptStart = Number("acceptStart", "Where the threshold begins: 0 at the prompt's h, 1 at the target.", 0.5, 0) with { Greatest = 1 };
    private static readonly DecoderSetting AcceptScale = Number("acceptScale", "How far h may be under the threshold and still be accepted, roughly.", 0.1, 0) with { IsAboveLeast = true };
    private static readonly DecoderSetting Attempts = Integer("attempts", "Segments asked for before the best of those refused is taken.", 20, 1);
    private static readonly DecoderSetting SegmentLeast = Integer("segmentLeast", "Fewest tokens of a segment.", 4, 1);
    private static readonly DecoderSetting SegmentMost = Integer("segmentMost", "Most tokens of a segment.", 64, 1);
    private static readonly DecoderSetting SegmentEntropy = Number("segmentEntropy", "The entropy of the next token, in nats, at which a segment ends.", 3.0, 0);

    private static readonly DecoderSetting SegmentCandidates = Candidates with { Meaning = "Segments drawn for each hypothesis.", Default = 4 };
    private static readonly DecoderSetting Separator = new() { Name = "separator", Kind = SettingKind.Text, Meaning = "A text after which a segment ends, such as the blank line between steps of a solution; \\n is a new line, \\t a tab. None: segments end with their most tokens.", Default = "\\n\\n" };
    private static readonly DecoderSetting LikelihoodWeight = Number("likelihoodWeight", "Weight of log P against the heuristics; 0: the heuristics alone rank.", 0.0, 0);
    private static readonly DecoderSetting RejectShare = Number("rejectShare", "Share of the open texts that is dropped at each comparison, those with the least h; 0: none. Below 1.", 0.5, 0) with { Greatest = 0.99 };
    private static readonly DecoderSetting RejectEvery = Integer("rejectEvery", "Tokens between two comparisons of the open texts.", 16, 1);
    private static readonly IReadOnlyList<DecoderSetting> StepSettings = [SegmentCandidates, Separator, SegmentLeast.WithDefault(1), SegmentMost, LikelihoodWeight, NoRepeat, .. Sampling];

    private static readonly IReadOnlyList<DecoderEntry> Searches =
    [
        new("deal", "DeAL: a beam of texts, of which each step keeps the best by log P + λ·h, none that repeats.", "arXiv 2402.06147",
            [Beam.WithDefault(8) with { Meaning = "Hypotheses kept at each step (one if nothing ranks)." }, Candidates.WithDefault(24), LookaheadTokens, Lambda.WithDefault(12.0), NoRepeat.WithDefault(3), .. Deal],
            settings => Composition.Parts(settings, new KeepBest { Unranked = settings.Given.Any(given => given.Key.Equals(Beam.Name, StringComparison.OrdinalIgnoreCase)) ? null : 1 })),
        new("deal-paper", "DeAL as published: one text, each candidate looked ahead by 32 tokens, and it may repeat.", "arXiv 2402.06147",
            [Beam, Candidates.WithDefault(8), LookaheadTokens.WithDefault(32), Lambda.WithDefault(3.0), NoRepeat, .. Deal], settings => Composition.Parts(settings, new KeepBest())),
        new("grid-beam", "Grid beam search: tries required words at every place, for the text in which all together are likeliest.", "arXiv 1704.07138",
            [Beam.WithDefault(32), Candidates.WithDefault(6), Suggestions.WithDefault(4), NoRepeat.WithDefault(3), LengthExponent.WithDefault(1.0), Lambda.WithDefault(0.0), LookaheadTokens, .. Where, .. Penalties],
            settings => Composition.Parts(settings, new KeepByBanks())),
        new("neurologic", "NeuroLogic A*esque: a beam shared out by what is met of required and wished-for words, ranked with how likely the next of them is to come within a lookahead.", "arXiv 2112.08726",
            [Beam.WithDefault(8), Candidates.WithDefault(6), Suggestions.WithDefault(4), LookaheadTokens.WithDefault(5), Foresight.WithDefault(0.25), NoRepeat.WithDefault(3), LengthExponent.WithDefault(1.0), Lambda.WithDefault(0.1), .. Penalties],
            settings => Composition.Parts(settings, new KeepByBanks())),
        new("beam", "Beam search by log P.", null,
            [Beam.WithDefault(4), Candidates with { Default = 4, DefaultsTo = Beam.Name }, NoRepeat, LengthExponent, Suggestions, SampleCandidates, .. Where, .. Sampling],
            settings => Composition.Parts(settings, new KeepBest())),
        new("greedy", "The most likely token at each step.", null, [.. Penalties], settings => Composition.Parts(settings, new KeepBest())),
        new("sample", "One token sampled at each step.", null, [NoRepeat, .. Sampling], settings => Composition.Parts(settings, new KeepBest()) with { Proposal = Composition.Sampled(settings) }),
        new("best-of", "The best of several sampled texts.", null, [Answers, ChooseBy, Lambda, ChoiceTemperature, Regularization, NoRepeat, Temperature.WithDefault(0.6), .. Sampling.Where(setting => setting != Temperature)], settings => Composition.Parts(settings, new KeepBest()) with
        {
            Proposal = Composition.Sampled(settings),
            Selection = new BestOf(settings.Integer(Answers)) { By = Enum.Parse<AnswerSelection>(settings.Choice(ChooseBy).Replace("-", "", StringComparison.Ordinal), ignoreCase: true), Temperature = settings.Number(ChoiceTemperature), Regularization = settings.Number(Regularization) },
        }),
        new("mbr", "Minimum Bayes risk: of several sampled texts the one that is most like the others.", "arXiv 2108.04718", [Answers.WithDefault(16), Similarity, NoRepeat, .. Sampling], settings => Composition.Parts(settings, new KeepBest()) with
        {
            Proposal = Composition.Sampled(settings),
            Selection = new MinimumBayesRisk(settings.Integer(Answers)) { Similarity = settings.Choice(Similarity) == TextSimilarity.Words.Name ? TextSimilarity.Words : TextSimilarity.Characters },
        }),
        new("self-consistency", "Of several sampled texts one that says what most of them say.", "arXiv 2203.11171", [Answers.WithDefault(16), Projection, NoRepeat, Temperature.WithDefault(0.7), .. Sampling.Where(setting => setting != Temperature)], settings => Composition.Parts(settings, new KeepBest()) with
        {
            Proposal = Composition.Sampled(settings),
            Selection = new SelfConsistency(settings.Integer(Answers)) { Pattern = settings.Choice(Projection) },
        }),
        new("listwise", "Of several sampled texts the one that a judge prefers who reads all of them in one pass.", "arXiv 2506.03637", [Answers.WithDefault(4) with { Greatest = LabelJudge.Most }, .. Judged, Orders, NoRepeat, Temperature.WithDefault(0.7), .. Sampling.Where(setting => setting != Temperature)],
            settings => JudgedBy(settings, new Listwise(settings.Integer(Answers)))),
        new("tournament", "A knockout of several sampled texts: a judge reads two at a time, and the better one goes on.", "arXiv 2501.13007", [Answers, .. Judged, Orders.WithDefault(2) with { Greatest = 2 }, NoRepeat, Temperature.WithDefault(0.7), .. Sampling.Where(setting => setting != Temperature)],
            settings => JudgedBy(settings, new Tournament(settings.Integer(Answers)))),
        new("args", "ARGS: of the likeliest tokens the one with the greatest log P + λ·h, h of the text with it.", "arXiv 2402.01694",
            [Candidates.WithDefault(10), Lambda, NoRepeat, .. Penalties], settings => Composition.Parts(settings, new KeepBest())),
        new("args-stochastic", "ARGS in its stochastic form: draws from the softmax of what ARGS ranks by.", "arXiv 2402.01694",
            [Candidates.WithDefault(10), Lambda, KeepTemperature, NoRepeat, .. Penalties], settings => Composition.Parts(settings, new KeepSampled { Temperature = settings.Number(KeepTemperature) })),
        new("rad", "Reward-augmented decoding: adds λ·h to the likeliest tokens' logits, and samples.", "arXiv 2310.09520",
            [Candidates.WithDefault(20), Lambda.WithDefault(10.0), KeepTemperature, NoRepeat, .. Penalties], settings => Composition.Parts(settings, new KeepSampled { Temperature = settings.Number(KeepTemperature) })),
        new("diverse-beam", "Diverse beam search: groups of hypotheses that avoid each other's tokens.", "arXiv 1610.02424",
            [Beam.WithDefault(4), Groups, Candidates.WithDefault(8), DiversityPenalty, Lambda.WithDefault(0.0), LookaheadTokens, NoRepeat, LengthExponent, .. Penalties],
            settings => Composition.Parts(settings, new KeepDiverse { Groups = settings.Integer(Groups), Penalty = settings.Number(DiversityPenalty) })),
        new("stochastic-beam", "Stochastic beam search: different texts drawn without replacement, of which the one with the greatest h is taken.", "arXiv 1903.06059",
            [Beam.WithDefault(4), .. Sampling], settings => Composition.Parts(settings, new KeepStochastic()) with { Proposal = new SampledTokens(settings.Integer(Beam) + 1) }),
        new("particles", "Sequential Monte Carlo: texts that stand, by weight, for P(y)·e^{λ·h(y)} and hold every constraint.", "arXiv 2504.13139",
            [Beam.WithDefault(16), Lambda, ResampleBelow, .. Sampling], settings => Composition.Parts(settings, new KeepParticles { ResampleBelow = settings.Number(ResampleBelow) }) with { Proposal = new SampledTokens() }),
        new("cards", "CARDS: segments of the text, each asked for again until it is good enough.", "arXiv 2406.16306",
            [Target, AcceptStart, AcceptScale, Attempts, SegmentLeast, SegmentMost, SegmentEntropy, NoRepeat, .. Sampling], Cards),
        new("step-beam", "Step beam: several drawn steps for each hypothesis, and those go on that the heuristics, such as a process reward, value most.", "arXiv 2408.03314", [Beam.WithDefault(4), .. StepSettings], Segmented),
        new("dvts", "Diverse verifier tree search: independent step beams of one hypothesis, and the best of their answers.", "arXiv 2408.03314", [Answers.WithDefault(4) with { Meaning = "Independent subtrees." }, .. StepSettings],
            settings => Segmented(settings) with { Selection = new BestOf(settings.Integer(Answers)) { By = AnswerSelection.Heuristics } }),
        new("blockwise", "Blockwise controlled decoding: of several drawn blocks of tokens the one that the heuristics, such as a value model, value most.", "arXiv 2310.17022",
            [SegmentCandidates.WithDefault(8), SegmentMost with { Meaning = "Tokens of a block.", Default = 16 }, LikelihoodWeight, NoRepeat, .. Sampling], Segmented),
        new("speculative-rejection", "Speculative rejection: many sampled texts, the worst of which are dropped while they grow; the best of the others.", "arXiv 2410.20290",
            [Answers.WithDefault(16), RejectShare, RejectEvery, NoRepeat, .. Sampling], settings => Composition.Parts(settings, new KeepBest()) with
            {
                Proposal = Composition.Sampled(settings),
                Rank = new() { Lambda = 1 },
                Keep = new KeepSurvivors { Beam = settings.Integer(Answers), Share = settings.Number(RejectShare), Every = settings.Integer(RejectEvery) },
            }),
    ];

    private static readonly DecoderSetting Inner = new()
    {
        Name = "inner", Kind = SettingKind.Choice, Choices = [.. Searches.Select(entry => entry.Name)], Default = "sample",
        Meaning = "The decoder that writes the answer under each direction, or each weighting; its settings may be given too, but for answers.",
    };

    private static readonly DecoderSetting Steps = Integer("steps", "Weightings of two heuristics, evenly from the first alone to the second alone; of three there are s·(s + 1)/2.", 5, 2) with { Greatest = 1000 };
    private static readonly DecoderSetting Choice = new() { Name = "frontChoice", Kind = SettingKind.Choice, Choices = ["knee", "nash", "max-min"], Default = "knee", Meaning = "Which of the front is the answer: the nearest to the best in all, the greatest product of gains, or the greatest least share." };

    private static readonly DecoderSetting Rounds = Integer("rounds", "Rounds at most.", 4, 1) with { Greatest = 1000 };
    private static readonly DecoderSetting DualStep = Number("dualStep", "How much a multiplier moves for each unit that its threshold lacks, or has to spare.", 1.0, 0) with { IsAboveLeast = true };

    /// <summary>All decoders.</summary>
    public static IReadOnlyList<DecoderEntry> All { get; } =
    [
        .. Searches,
        new("sweep", "A sweep of weights: the front of what a decoder finds under several weightings of the heuristics.", null, [Steps, Choice, Inner.WithDefault("deal")],
            settings => Wrapped(settings, new WeightSweep(settings.Integer(Steps)) { Choice = Enum.Parse<FrontChoice>(settings.Choice(Choice).Replace("-", "", StringComparison.Ordinal), ignoreCase: true) })),
        new("dual-ascent", "Multipliers that adapt: rounds of a decoder, in between which each threshold's multiplier moves by what the answer lacked.", "arXiv 2310.04373", [Rounds, DualStep, Inner.WithDefault("deal")], settings => Wrapped(settings, new DualAscent(settings.Integer(Rounds)) { Step = settings.Number(DualStep) })),
        new("rps", "Robust Preference Selection: the best of answers under directions near a preference.", "arXiv 2510.20498",
            [.. RpsSettings.All, Inner, Temperature.WithDefault(0.7), TopK, TopP.WithDefault(0.9), MinP, RepetitionPenalty.WithDefault(1.1), PresencePenalty, FrequencyPenalty], Rps),
    ];

    /// <summary>Those of the settings of <c>rps</c> that say which answers are asked for and how one is chosen, whatever decoder writes them.</summary>
    public static IReadOnlyList<DecoderSetting> PreferenceSettings => RpsSettings.All;

    /// <summary>A decoder by name, without regard to case.</summary>
    /// <exception cref="ArgumentException">There is none of this name; the message lists them.</exception>
    public static DecoderEntry Get(string name) =>
        All.FirstOrDefault(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"there is no decoder '{name}'; there are {string.Join(", ", All.Select(entry => entry.Name))}", nameof(name));

    /// <summary>All settings that some decoder has, each once, with the default of the first that has it.</summary>
    public static IReadOnlyList<DecoderSetting> AllSettings { get; } = [.. All.SelectMany(entry => entry.Settings).DistinctBy(setting => setting.Name)];

    /// <summary>A setting by name, without regard to case, as the first decoder has it that does; null: no decoder has one of this name.</summary>
    public static DecoderSetting? FindSetting(string name) => AllSettings.FirstOrDefault(setting => string.Equals(setting.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Which decoders have a setting, in words.</summary>
    internal static string WhoHas(string setting)
    {
        string[] names = [.. All.Where(entry => entry.Find(setting) is not null).Select(entry => entry.Name)];
        return $"{string.Join(", ", names)} {(names.Length == 1 ? "has" : "have")} it";
    }

    /// <summary>The decoder that another one wraps, such as <c>rps</c> its inner one; null: it wraps none.</summary>
    internal static DecoderEntry? InnerOf(DecoderEntry entry, IEnumerable<KeyValuePair<string, object>> given) =>
        entry.Find(Inner.Name) is null ? null : Get(new DecoderSettings(entry, given).Choice(Inner));

    // the preference itself is a selection, which is made of what the settings name (heuristics, a model's objectives)
    private static DecoderParts Rps(DecoderSettings settings)
    {
        var inner = settings.Choice(Inner);
        return Get(inner).Create(inner == Inner.Default as string ? settings.Values : settings.Given.Where(given => RpsSettings.All.All(own => !own.Name.Equals(given.Key, StringComparison.OrdinalIgnoreCase))));
    }

    // the inner decoder's answers, of each prompt several, chosen from by a selection
    private static DecoderParts Wrapped(DecoderSettings settings, Selection selection)
    {
        var parts = Get(settings.Choice(Inner)).Create(settings.Given.Where(given => !given.Key.Equals(Inner.Name, StringComparison.OrdinalIgnoreCase)));
        return parts with { Selection = selection.Over(parts.Selection) };
    }

    private static DecoderParts JudgedBy(DecoderSettings settings, JudgedSelection selection) => Composition.Parts(settings, new KeepBest()) with
    {
        Proposal = Composition.Sampled(settings),
        Selection = selection with { JudgeModel = settings.Choice(JudgeModel), Criterion = settings.Choice(Criterion), Orders = settings.Integer(Orders) },
    };

    private static DecoderParts Cards(DecoderSettings settings)
    {
        var segments = new Segments { Least = settings.Integer(SegmentLeast), Most = settings.Integer(SegmentMost), Entropy = settings.Number(SegmentEntropy) };
        return Composition.Parts(settings, new KeepAccepted { Target = settings.Number(Target), Start = settings.Number(AcceptStart), Scale = settings.Number(AcceptScale), Attempts = settings.Integer(Attempts) }) with
        {
            Proposal = Composition.Sampled(settings, segments),
        };
    }

    // without a least number of tokens a segment has its most
    private static DecoderParts Segmented(DecoderSettings settings)
    {
        var most = settings.Integer(SegmentMost);
        var segments = new Segments(settings.Integer(SegmentCandidates))
        {
            Least = settings.Integer(SegmentLeast, most), Most = most, Entropy = double.PositiveInfinity, Separator = settings.Text(Separator).Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal),
        };
        return Composition.Parts(settings, new KeepBest()) with
        {
            Proposal = Composition.Sampled(settings, segments),
            Rank = new() { Lambda = 1, LikelihoodWeight = settings.Number(LikelihoodWeight) },
        };
    }
}
