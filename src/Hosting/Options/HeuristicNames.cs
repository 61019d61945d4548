using System.Globalization;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Hosting;

/// <summary>Finds heuristics and constraints by what configuration and requests call them: a key in the container, or a specification; a weight may follow the last @.</summary>
internal sealed class HeuristicNames(IServiceProvider services, IServiceProviderIsKeyedService keys)
{
    /// <exception cref="FormatException">It is neither a key nor a specification that can be read.</exception>
    public WeightedHeuristic Heuristic(string name)
    {
        var (key, weight) = SplitWeight(name);
        if (keys.IsKeyedService(typeof(IHeuristic), key)) return new(services.GetRequiredKeyedService<IHeuristic>(key), weight ?? 1);
        if (!name.Contains('=', StringComparison.Ordinal)) throw new FormatException($"'{key}' is neither a heuristic in the container nor a specification such as coverage=fox,river");
        var (heuristic, parsed) = HeuristicParser.Parse(name);
        return new(heuristic, parsed);
    }

    /// <exception cref="FormatException">There is no such key.</exception>
    public IConstraint Constraint(string name) =>
        keys.IsKeyedService(typeof(IConstraint), name) ? services.GetRequiredKeyedService<IConstraint>(name) : throw new FormatException($"there is no constraint '{name}' in the container");

    /// <summary>As <see cref="Heuristic"/>, with something else in place of the container's own, which are not made.</summary>
    public WeightedHeuristic WithoutMaking(string name) =>
        SplitWeight(name) is var (key, weight) && keys.IsKeyedService(typeof(IHeuristic), key) ? new(Heuristics.Heuristic.FromText(key, _ => 0), weight ?? 1) : Heuristic(name);

    /// <summary>Whether the container says how a model is told of preferences.</summary>
    public bool HasPreferences(string model) => keys.IsKeyedService(typeof(PreferenceSettings), model);

    /// <summary>What is wrong with a name, without making the container's own.</summary>
    public string? HeuristicFault(string name) => keys.IsKeyedService(typeof(IHeuristic), SplitWeight(name).Key) ? null : Fault(() => Heuristic(name));

    /// <summary>What is wrong with a name, without making the container's own.</summary>
    public string? ConstraintFault(string name) => keys.IsKeyedService(typeof(IConstraint), name) ? null : Fault(() => Constraint(name));

    private static (string Key, double? Weight) SplitWeight(string name)
    {
        var at = name.LastIndexOf('@');
        return at > 0 && double.TryParse(name.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && double.IsFinite(weight) ? (name[..at], weight) : (name, null);
    }

    private static string? Fault<T>(Func<T> find)
    {
        try
        {
            find();
            return null;
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }
}
