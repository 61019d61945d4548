namespace DecodeAlign.Heuristics;

/// <summary>What a model scores by.</summary>
public enum ScoringModelKind
{
    /// <summary>Its score head (<see cref="RewardModel"/>).</summary>
    Reward,

    /// <summary>What it answers to a question about the text (<see cref="Judge"/>).</summary>
    Judge,

    /// <summary>How likely it finds the text (<see cref="Likelihood"/>).</summary>
    Likelihood,
}

/// <summary>A model that scores texts, as a specification names it: <c>reward=MODEL#OUTPUT</c>, <c>judge=MODEL</c>, <c>likelihood=MODEL</c>, and <c>@WEIGHT</c> after it.</summary>
/// <param name="Kind">What it scores by.</param>
/// <param name="Model">The model: a folder on a command line, a name in a container.</param>
/// <param name="Output">Which output of a reward model, by name or number; null: the only one.</param>
/// <param name="Weight">What the score counts for; any finite number.</param>
public sealed record ScoringModel(ScoringModelKind Kind, string Model, string? Output, double Weight)
{
    /// <summary>The specification without its weight, under which a calibration knows it.</summary>
    public string Key => $"{Kind.ToString().ToLowerInvariant()}={Model}{(Output is null ? "" : $"#{Output}")}";

    /// <summary>Reads what stands after the kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="spec">The model, of a reward <c>#</c> and an output, and <c>@</c> and a weight.</param>
    /// <exception cref="FormatException">It can't be read.</exception>
    public static ScoringModel Parse(ScoringModelKind kind, string spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var (text, weight) = WeightedSpec.Split(spec);
        var cut = kind == ScoringModelKind.Reward ? text.LastIndexOf('#') : -1;
        var (model, output) = cut < 0 ? (text, null) : (text[..cut], text[(cut + 1)..]);
        if (model.Length == 0 || output is "") throw new FormatException($"'{spec}' names no {(model.Length == 0 ? "model" : "output")}");
        return new(kind, model, output, weight);
    }

    /// <summary>Reads a specification where it is one of a model; null: it is something else.</summary>
    /// <param name="spec">Any specification of a heuristic.</param>
    /// <exception cref="FormatException">It is one, and can't be read.</exception>
    public static ScoringModel? Find(string spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        foreach (var kind in Enum.GetValues<ScoringModelKind>())
        {
            var prefix = $"{kind.ToString().ToLowerInvariant()}=";
            if (spec.StartsWith(prefix, StringComparison.Ordinal)) return Parse(kind, spec[prefix.Length..]);
        }
        return null;
    }
}
