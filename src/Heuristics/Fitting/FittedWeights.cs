using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>A share of pairs, with its 95 % interval (Wilson's).</summary>
/// <param name="Share">The share, in [0, 1]; ties count half.</param>
/// <param name="Least">The interval's lower end.</param>
/// <param name="Greatest">Its upper end.</param>
public sealed record FittedShare(double Share, double Least, double Greatest);

/// <summary>The weight of one heuristic.</summary>
/// <param name="Key">The heuristic's specification, without a weight.</param>
/// <param name="Weight">The weight: nats of preference for each unit of the heuristic.</param>
/// <param name="Least">Lower end of its 95 % interval.</param>
/// <param name="Greatest">Upper end of it.</param>
/// <param name="Alone">How often the heuristic alone ranks the preferred text first.</param>
public sealed record FittedWeight(string Key, double Weight, double Least, double Greatest, FittedShare Alone);

/// <summary>Weights of heuristics that were learned from preferred and refused texts (<see cref="PreferenceFit"/>). Immutable.</summary>
public sealed record FittedWeights
{
    /// <summary>The weights, in the order in which the heuristics were given.</summary>
    public required IReadOnlyList<FittedWeight> Weights { get; init; }

    /// <summary>Pairs that they were fitted to: those whose texts differ.</summary>
    public required int Pairs { get; init; }

    /// <summary>How often they rank the preferred text first on pairs that they were not fitted to (cross-validation).</summary>
    public required FittedShare HeldOut { get; init; }

    /// <summary>What is to be said of the pairs: too few, one-sided, contradictory. Empty: nothing.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>The heuristic that they make: Σ wᵢ·hᵢ.</summary>
    /// <exception cref="FormatException">A heuristic can't be made of its specification.</exception>
    public WeightedSum ToHeuristic() => new(Weights.Select(weight => (Heuristic(weight.Key), weight.Weight)));

    /// <summary>The weights as a preference direction: each heuristic's name with its weight, scaled to a vector of length 1.</summary>
    /// <exception cref="FormatException">There is only one, two have one name, or all weights are 0.</exception>
    public PreferenceDirection ToDirection()
    {
        try
        {
            return PreferenceDirection.Create(Weights.Select(weight => KeyValuePair.Create(weight.Key.Split('=', 2)[0], weight.Weight)));
        }
        catch (ArgumentException fault)
        {
            throw new FormatException($"the weights make no direction: {fault.Message.Split(" (Parameter")[0]}", fault);
        }
    }

    private static IHeuristic Heuristic(string key) =>
        ScoringModel.Find(key) is null ? HeuristicParser.Parse(key).Heuristic : throw new FormatException($"'{key}' runs a model, which a file of weights can't bring: give it as {key}@WEIGHT");
}
