using System.CommandLine;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Cli;

/// <summary>Options of <c>--decoder rps</c>: what is preferred, which directions are asked, and how the model is told of them.</summary>
internal sealed class PreferenceArguments
{
    /// <summary>Shown by <c>generate --help</c>.</summary>
    public const string Examples = """
        Robust Preference Selection: five answers under directions near the preference, of which the target keeps one
          decodealign generate "Once upon a time" --decoder rps --preference positivity=0.8,brevity=0.6
        The same over the whole neighbourhood of 30°, evenly; or drawn from it at random
          decodealign generate "Once upon a time" --decoder rps --preference positivity=0.8,brevity=0.6 --sampler symmetric
          decodealign generate "Once upon a time" --decoder rps --preference dialogue=1,brevity=0,positivity=1 --sampler cap --neighbourhood 20 --directions 8 --seed 3
        RPS over DeAL: every direction's answer is itself a search for the preference
          decodealign generate "Once upon a time" --decoder rps --inner deal --preference positivity=0.8,dialogue=0.6 --lambda 3
        Twelve answers that go to the better directions
          decodealign generate "Once upon a time" --decoder rps --preference positivity=0.8,brevity=0.6 --adaptive --directions 4 --answers 12
        Objectives, model and wording of your own
          decodealign generate "Tell me of foxes." --decoder rps --model path/to/folder --preference foxes=0.8,short=0.6 --objective foxes=coverage=fox~ --objective short=length=..40 --conditioner "Weights: foxes {foxes%}, short {short%}. {prompt}"
        """;

    private readonly Option<PreferenceDirection?> _preference = new("--preference") { Description = "rps: what is preferred, as weights of two objectives or more; scaled to a unit vector. The embedded model knows positivity, brevity, dialogue and vividness.", HelpName = "NAME=W,NAME=W", CustomParser = Parsing.With(PreferenceDirection.Parse) };
    private readonly Option<double> _neighbourhood = new("--neighbourhood") { Description = "rps: greatest angle between the preference and a direction that is asked, in degrees. Default 30.", HelpName = "DEGREES", DefaultValueFactory = _ => 30, CustomParser = Parsing.Number };
    private readonly Option<int> _directions = new("--directions") { Description = "rps: number of directions that are asked. Default 5.", HelpName = "K", DefaultValueFactory = _ => 5, CustomParser = Parsing.Integer };
    private readonly Option<string> _sampler = new("--sampler") { Description = "rps: grid: the nearest on a grid of 5°, the preference itself first; cap: uniform on the spherical cap; symmetric: mirror images out to the greatest angle. Default grid.", HelpName = "grid|cap|symmetric", DefaultValueFactory = _ => "grid" };
    private readonly Option<string?> _conditioner = new("--conditioner") { Description = "rps: how the model is told. line: \"Preference: positivity +080 …\", as the embedded model reads it; dpa: a weighted rating; steerlm: attributes 0 to 4; or a text with {prompt} and {NAME} or {NAME%} for weights. Default: line for a model that has objectives.json, otherwise dpa.", HelpName = "line|dpa|steerlm|TEXT" };
    private readonly Option<IReadOnlyList<KeyValuePair<string, IHeuristic>>> _objectives = new("--objective") { Description = "rps: what measures an objective, as a heuristic (see: decodealign heuristics). May be given several times. Default: the model's own of that name.", HelpName = "NAME=HEURISTIC", CustomParser = Parsing.WithEach(Objective) };
    private readonly Option<int> _answers = new("--answers") { Description = "rps: answers in all, at least one a direction. Default: one a direction; with --adaptive twice as many.", HelpName = "N", CustomParser = Parsing.Integer };
    private readonly Option<bool> _adaptive = new("--adaptive") { Description = "rps: spend the answers by successive halving: ask every direction, then the better half of them again, and so on." };
    private readonly Option<double> _timeout = new("--scorer-timeout") { Description = "rps: seconds that an objective may take to rate the answers; more is an error. Default: no limit.", HelpName = "SECONDS", CustomParser = Parsing.Number };

    public PreferenceArguments() => _sampler.AcceptOnlyFromAmong("grid", "cap", "symmetric");

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Add(option);
    }

    /// <summary>What is asked for; null: another decoder than rps.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="decoder">The decoder that it names.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="seed">Seed of the cap.</param>
    /// <param name="terminal">Hears of options that do nothing.</param>
    public PreferenceSelection? Read(ParseResult parsed, string decoder, Func<string> folder, ulong seed, Terminal terminal)
    {
        if (decoder != "rps")
        {
            foreach (var option in All.Where(option => parsed.GetResult(option) is { Implicit: false })) terminal.Note($"{option.Name} does nothing here: it belongs to --decoder rps");
            return null;
        }
        var target = parsed.GetValue(_preference) ?? throw new UsageException("--preference: --decoder rps needs one, such as --preference positivity=0.8,brevity=0.6");
        var neighbourhood = new Neighbourhood
        {
            Sampler = parsed.GetValue(_sampler) switch { "cap" => NeighbourhoodSampler.Cap, "symmetric" => NeighbourhoodSampler.Symmetric, _ => NeighbourhoodSampler.Grid },
            Count = parsed.GetValue(_directions),
            MaxAngle = parsed.GetValue(_neighbourhood),
            Seed = seed,
        };
        neighbourhood.Validate();
        var adaptive = parsed.GetValue(_adaptive);
        var answers = parsed.GetResult(_answers) is null ? neighbourhood.Count * (adaptive ? 2 : 1) : parsed.GetValue(_answers);
        if (answers < neighbourhood.Count || answers > 10_000) throw new UsageException($"--answers: must be from the number of directions, {neighbourhood.Count}, to 10000; it is {answers}");
        var own = File.Exists(Path.Combine(folder(), "objectives.json")) ? ObjectiveSet.Read(folder()) : null;
        return new()
        {
            Target = target,
            Plan = adaptive ? PreferencePlan.AdaptiveRps(neighbourhood, answers) : new() { Directions = neighbourhood, Answers = answers },
            Conditioner = Conditioner(parsed.GetValue(_conditioner) ?? (own is null ? "dpa" : "line")),
            Objectives = Scorers(target, parsed.GetValue(_objectives) ?? [], own),
            ScorerTimeout = Timeout(parsed),
        };
    }

    private Option[] All => [_preference, _neighbourhood, _directions, _sampler, _conditioner, _objectives, _answers, _adaptive, _timeout];

    private TimeSpan Timeout(ParseResult parsed)
    {
        if (parsed.GetResult(_timeout) is null) return System.Threading.Timeout.InfiniteTimeSpan;
        var seconds = parsed.GetValue(_timeout);
        return seconds is > 0 and <= 86_400 ? TimeSpan.FromSeconds(seconds) : throw new UsageException($"--scorer-timeout: must be above 0 and at most 86400 seconds; it is {seconds}");
    }

    private static IPreferenceConditioner Conditioner(string text)
    {
        try
        {
            return text switch
            {
                "line" => PreferenceConditioner.Line(ObjectiveSet.Names),
                "dpa" => PreferenceConditioner.Dpa(),
                "steerlm" => PreferenceConditioner.SteerLm(),
                _ => PreferenceConditioner.Template(text),
            };
        }
        catch (ArgumentException fault)
        {
            throw new UsageException($"--conditioner: '{text}' is neither line, dpa nor steerlm, and as a text: {fault.Message.Split(" (Parameter")[0]}");
        }
    }

    private static List<PreferenceObjective> Scorers(PreferenceDirection target, IReadOnlyList<KeyValuePair<string, IHeuristic>> given, ObjectiveSet? own)
    {
        if (given.FirstOrDefault(pair => !target.Objectives.Contains(pair.Key)).Key is { } idle) throw new UsageException($"--objective: the preference does not name '{idle}'");
        if (given.GroupBy(pair => pair.Key).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new UsageException($"--objective: '{twice.Key}' is given {twice.Count()} times");
        return [.. target.Objectives.Select(name => given.FirstOrDefault(pair => pair.Key == name).Value is { } scorer
            ? new PreferenceObjective(name, scorer)
            : own is not null && ObjectiveSet.Names.Contains(name)
                ? new(name, own[name])
                : throw new UsageException($"--preference: nothing measures '{name}'{(own is null ? "" : $"; this model's objectives are {string.Join(", ", ObjectiveSet.Names)}")}; give --objective {name}=HEURISTIC (see: decodealign heuristics)"))];
    }

    private static KeyValuePair<string, IHeuristic> Objective(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw new FormatException($"'{text}' lacks a name: write NAME=HEURISTIC, such as short=length=..40");
        var (heuristic, weight) = HeuristicParser.Parse(text[(equals + 1)..]);
        return weight == 1 ? new(text[..equals].Trim(), heuristic) : throw new FormatException($"'{text}' has a weight: weights of objectives stand in --preference");
    }
}
