using System.CommandLine;
using System.CommandLine.Parsing;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Cli;

/// <summary>Options that say what texts are ranked by: heuristics, models that score, and how they are combined and put on a scale.</summary>
internal sealed class RankingArguments
{
    private readonly Option<IReadOnlyList<RankedPart>> _heuristics = new("--heuristic")
    {
        Description = "What to rank by, such as \"coverage=fox,river@3\". \"decodealign heuristics\" lists them all. The weight follows @; without one it is 1. May be repeated.",
        HelpName = "NAME=…",
        CustomParser = Parsing.WithEach(Heuristic),
    };

    private readonly Option<IReadOnlyList<ScoringModel>> _rewards = Models("--reward", "DIR#OUTPUT",
        "A reward model to rank by. The folder of a checkpoint with a score head, and one of its outputs, by name or number. A chat template in the folder is applied. Or a vLLM or SGLang server: http://localhost:8000/classify#0, /score or /pooling. May be repeated.", ScoringModelKind.Reward);

    private readonly Option<string?> _outputs = new("--reward-outputs") { Description = "Names of the outputs of --reward: helpsteer, dpa, armorm, or names separated by commas. Default: id2label in config.json, else their numbers.", HelpName = "NAMES" };

    private readonly Option<string?> _steps = new("--reward-steps") { Description = "Read --reward at the end of each step, and take the least value: TEXT is what ends a step, \\n a line break. Default: at the text's end.", HelpName = "TEXT" };

    private readonly Option<IReadOnlyList<ScoringModel>> _judges = Models("--judge", "DIR",
        "A language model to rank by, as a judge. It is asked, in plain text without a chat template, whether the text follows every --principle; its score is the probability of Yes. \"default\" is the embedded model.", ScoringModelKind.Judge);

    private readonly Option<string[]> _principles = new("--principle") { Description = "What --judge looks for, in plain words. May be repeated.", HelpName = "TEXT" };

    private readonly Option<string?> _context = new("--judge-context") { Description = "For whom, or for what, the text is: told to --judge before its principles.", HelpName = "TEXT" };

    private readonly Option<string?> _score = new("--judge-score") { Description = "What --judge says: probability, P(Yes) (default), or log-odds, log P(Yes) − log P(No), which does not flatten where it is certain.", HelpName = "probability|log-odds" };

    private readonly Option<IReadOnlyList<ScoringModel>> _likelihoods = Models("--likelihood", "DIR",
        "A language model to rank by likelihood. Its score is the mean log-probability of the text's tokens, in its own tokenizer if that differs. A negative weight prefers what it finds unlikely.", ScoringModelKind.Likelihood);

    private readonly Option<double> _timeout = new("--heuristic-timeout") { Description = "The most seconds a heuristic may take to score a batch of texts; taking longer is an error. Default: no limit.", HelpName = "SECONDS", CustomParser = Parsing.Number };

    private readonly Option<string?> _rule = new("--combine") { Description = "How heuristics are combined: sum (default), direction, log-sigmoid, max-min, nash, pessimistic, votes, constrained, gated, lexicographic. \"decodealign heuristics\" explains them. Order: --heuristic, --reward, --judge, --likelihood.", HelpName = "RULE", CustomParser = Parsing.With(Rule) };

    private readonly Option<string?> _calibration = new("--calibration") { Description = "A file that \"decodealign calibrate\" wrote: heuristics are ranked in standard deviations of the model's own texts, so that --lambda means nats for each.", HelpName = "FILE" };

    private readonly Option<bool> _byPosition = new("--by-position") { Description = "With --calibration: compare an unfinished text with the model's own texts of the same length." };

    /// <summary>Adds what names the heuristics.</summary>
    public void AddHeuristicsTo(HelpfulCommand command)
    {
        command.Add(OptionGroup.Prefer, [_heuristics, _rewards], [_judges, _principles, _context, _score, _likelihoods, _outputs, _steps, _timeout]);
        _heuristics.CompletionSources.Add(_ => HeuristicCatalogue.All.Select(known => $"{known.Name}="));
        _rule.CompletionSources.Add(_ => CombinationParser.All.Select(known => known.Name));
    }

    /// <summary>Adds all.</summary>
    public void AddTo(HelpfulCommand command)
    {
        AddHeuristicsTo(command);
        command.Add(OptionGroup.Prefer, [], [_rule, _calibration, _byPosition]);
    }

    /// <exception cref="UsageException">Options do not go together.</exception>
    public RankingPlan Read(ParseResult parsed)
    {
        var plan = new RankingPlan
        {
            Wishes = parsed.GetValue(_heuristics) ?? [],
            Models = [.. parsed.GetValue(_rewards) ?? [], .. parsed.GetValue(_judges) ?? [], .. parsed.GetValue(_likelihoods) ?? []],
            Scoring = new() { RewardOutputs = parsed.GetValue(_outputs), RewardSteps = parsed.GetValue(_steps), Principles = parsed.GetValue(_principles) ?? [], JudgeContext = parsed.GetValue(_context), JudgeScore = parsed.GetValue(_score) },
            Timeout = parsed.GetResult(_timeout) is null ? null : Seconds(parsed.GetValue(_timeout)),
            Rule = parsed.CommandResult.Command.Options.Contains(_rule) ? parsed.GetValue(_rule) ?? "sum" : "sum",
            Calibration = parsed.CommandResult.Command.Options.Contains(_calibration) ? parsed.GetValue(_calibration) : null,
            ByPosition = parsed.CommandResult.Command.Options.Contains(_byPosition) && parsed.GetValue(_byPosition),
        };
        if (plan.Scoring.FindFault(plan.Models) is var (setting, reason)) throw new UsageException($"{Option(setting).Name}: {reason}");
        if (plan.ByPosition && plan.Calibration is null) throw new UsageException("--by-position needs --calibration");
        return plan;
    }

    /// <summary>What is given and does nothing, with the reason.</summary>
    public IEnumerable<IdleOption> FindIdle(ParseResult parsed, RankingPlan plan)
    {
        foreach (var option in (Option[])[_timeout, _rule, _calibration])
            if (IsGiven(option) && plan.IsEmpty) yield return new(option.Name, "there are no heuristics to rank by");

        bool IsGiven(Option option) => parsed.GetResult(option) is not (null or { Implicit: true });
    }

    private static RankedPart Heuristic(string spec) => Hinted(spec.Split('=')[0], HeuristicCatalogue.All, () => RankingSpecification.Part(spec));

    private static string Rule(string rule) => Hinted(rule.Split(':')[0], CombinationParser.All, () => CombinationParser.Check(rule));

    // what was probably meant goes before what there is
    private static T Hinted<T>(string name, IReadOnlyList<HeuristicDescription> all, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException fault) when (all.All(known => known.Name != name.Trim()) && Closest.To(name.Trim(), all.Select(known => known.Name)) is { } near)
        {
            throw new FormatException($"{fault.Message}. Did you mean {near}?", fault);
        }
    }

    private static TimeSpan Seconds(double seconds) => seconds is > 0 and <= 1e6 ? TimeSpan.FromSeconds(seconds) : throw new UsageException($"--heuristic-timeout: must be above 0 and at most 1000000; it is {seconds}");

    private Option Option(string setting) => setting switch
    {
        nameof(ScoringModelSettings.Principles) => _principles,
        nameof(ScoringModelSettings.JudgeContext) => _context,
        nameof(ScoringModelSettings.JudgeScore) => _score,
        nameof(ScoringModelSettings.RewardOutputs) => _outputs,
        _ => _steps,
    };

    private static Option<IReadOnlyList<ScoringModel>> Models(string name, string value, string description, ScoringModelKind kind) => new(name)
    {
        Description = description,
        HelpName = value,
        CustomParser = Parsing.WithEach(spec => Uri.TryCreate(spec, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length > 0
            // the @ before a host is none of a weight, and the text is not said again
            ? throw new FormatException($"an address must not hold a password; give a key by the variable {ServerAddress.KeyVariable}")
            : ScoringModel.Parse(kind, spec)),
    };
}
