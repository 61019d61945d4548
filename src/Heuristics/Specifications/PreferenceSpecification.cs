using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>Reads Robust Preference Selection from the settings of the decoder <c>rps</c> (<see cref="DecoderCatalogue"/>), the same from a command line, a configuration or a chat request.</summary>
public static class PreferenceSpecification
{
    /// <summary>The name of the decoder whose settings these are.</summary>
    public const string Decoder = "rps";

    private const string Fitted = "fitted:";

    /// <summary>Reads the settings.</summary>
    /// <param name="values">The values of all settings of <c>rps</c> (<see cref="DecoderEntry.Complete"/>).</param>
    /// <param name="seed">Seed of directions that are drawn.</param>
    /// <param name="own">The objectives that the model itself has, and how it is told of them where nothing else is said; null: it has none.</param>
    /// <param name="heuristic">Finds the heuristic that a specification names.</param>
    /// <exception cref="ArgumentException">A setting is not valid; the exception's parameter is its name.</exception>
    public static PreferenceSelection Read(IReadOnlyDictionary<string, object> values, ulong seed, PreferenceSettings? own, Func<string, WeightedHeuristic> heuristic)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(heuristic);
        var target = values["preference"] is string { Length: > 0 } text ? Try("preference", () => Direction(text)) : throw Wrong("preference", "rps needs one, such as positivity=0.8,brevity=0.6");
        return Read(target, values, seed, own, heuristic);
    }

    /// <summary>Reads the settings beside a preference that is there already.</summary>
    /// <param name="target">The preference.</param>
    /// <param name="values">As for the other overload.</param>
    /// <param name="seed">As for the other overload.</param>
    /// <param name="own">As for the other overload.</param>
    /// <param name="heuristic">As for the other overload.</param>
    /// <exception cref="ArgumentException">A setting is not valid; the exception's parameter is its name.</exception>
    public static PreferenceSelection Read(PreferenceDirection target, IReadOnlyDictionary<string, object> values, ulong seed, PreferenceSettings? own, Func<string, WeightedHeuristic> heuristic)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(heuristic);
        var neighbourhood = new Neighbourhood
        {
            Sampler = Enum.Parse<NeighbourhoodSampler>((string)values["sampler"], ignoreCase: true),
            Count = (int)values["directions"],
            MaxAngle = (double)values["neighbourhood"],
            GridStep = (double)values["gridStep"],
            Seed = seed,
        };
        // the grid may hold fewer directions than are asked for, whoever is preferred
        Try("directions", () => neighbourhood.Choose(target));
        return new()
        {
            Target = target,
            Plan = PlanOf(neighbourhood, (int)values["answers"], (bool)values["adaptive"]),
            Conditioner = ConditionerOf((string)values["conditioner"], own),
            Objectives = Scorers(target, (IReadOnlyList<string>)values["objective"], own, heuristic),
            ScorerTimeout = (double)values["scorerTimeout"] is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The request with its answer chosen by a preference; a decoder that ranks by heuristics ranks by the preference's reward too.</summary>
    /// <param name="request">What each direction's answer is asked with.</param>
    /// <param name="preference">The preference.</param>
    public static DecodingRequest Choose(DecodingRequest request, PreferenceSelection preference)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(preference);
        return request with
        {
            Heuristics = request.Decoder.Rank.Lambda == 0 ? request.Heuristics : [.. request.Heuristics, .. preference.Reward],
            Decoder = request.Decoder with { Selection = preference.Over(request.Decoder.Selection) },
        };
    }

    private static PreferenceDirection Direction(string text)
    {
        if (!text.StartsWith(Fitted, StringComparison.Ordinal)) return PreferenceDirection.Parse(text);
        try
        {
            return FittedWeightsFile.Read(text[Fitted.Length..]).ToDirection();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new FormatException(fault.Message, fault);
        }
    }

    private static PreferencePlan PlanOf(Neighbourhood neighbourhood, int answers, bool adaptive)
    {
        if (answers != 0 && answers < neighbourhood.Count) throw Wrong("answers", $"must be from the number of directions, {neighbourhood.Count}, to 10000; it is {answers}");
        if (answers == 0) answers = Math.Min(10_000, neighbourhood.Count * (adaptive ? 2 : 1));
        return adaptive ? PreferencePlan.AdaptiveRps(neighbourhood, answers) : new() { Directions = neighbourhood, Answers = answers };
    }

    private static IPreferenceConditioner ConditionerOf(string conditioner, PreferenceSettings? own)
    {
        try
        {
            return conditioner switch
            {
                "" => own?.Conditioner ?? PreferenceConditioner.Dpa(),
                "line" => PreferenceConditioner.Line(own is null ? ObjectiveSet.Names : [.. own.Objectives.Select(objective => objective.Name)]),
                "dpa" => PreferenceConditioner.Dpa(),
                "steerlm" => PreferenceConditioner.SteerLm(),
                _ => PreferenceConditioner.Template(conditioner),
            };
        }
        catch (ArgumentException fault)
        {
            throw Wrong("conditioner", $"'{conditioner}' is neither line, dpa nor steerlm, and as a text: {Plain(fault)}", fault);
        }
    }

    private static List<PreferenceObjective> Scorers(PreferenceDirection target, IReadOnlyList<string> given, PreferenceSettings? own, Func<string, WeightedHeuristic> heuristic)
    {
        List<PreferenceObjective> named = [.. given.Select(text => Try("objective", () => Objective(text, heuristic)))];
        if (named.Find(objective => !target.Objectives.Contains(objective.Name)) is { } idle) throw Wrong("objective", $"the preference does not name '{idle.Name}'");
        if (named.GroupBy(objective => objective.Name).FirstOrDefault(same => same.Count() > 1) is { } twice) throw Wrong("objective", $"'{twice.Key}' is given {twice.Count()} times");
        return [.. target.Objectives.Select(name => named.Find(objective => objective.Name == name) ?? own?.Objectives.FirstOrDefault(objective => objective.Name == name)
            ?? throw Wrong("preference", $"nothing measures '{name}'{(own is null ? "" : $"; this model's objectives are {string.Join(", ", own.Objectives.Select(objective => objective.Name))}")}; name what does as an objective, {name}=HEURISTIC"))];
    }

    private static PreferenceObjective Objective(string text, Func<string, WeightedHeuristic> heuristic)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw new FormatException($"'{text}' lacks a name: write NAME=HEURISTIC, such as short=length=..40");
        var (scorer, weight) = heuristic(text[(equals + 1)..]);
        return weight == 1 ? new(text[..equals].Trim(), scorer) : throw new FormatException($"'{text}' has a weight: weights of objectives stand in the preference");
    }

    private static T Try<T>(string setting, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            throw Wrong(setting, Plain(fault), fault);
        }
    }

    private static ArgumentException Wrong(string setting, string message, Exception? fault = null) => new(message, setting, fault);

    private static string Plain(Exception fault) => fault is ArgumentException { ParamName: { } name } ? fault.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : fault.Message;
}
