using System.Globalization;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Hosting;

/// <summary>Finds heuristics and constraints by what configuration and requests call them: a key in the container, or a specification; a weight may follow the last @.</summary>
internal sealed class HeuristicNames(IServiceProvider services, IServiceProviderIsKeyedService keys, HostedScorers scorers)
{
    /// <summary>How models that score are asked.</summary>
    private ScoringModelSettings Scoring { get; init; } = new();

    /// <summary>The same, where models that score are asked like this.</summary>
    public HeuristicNames With(ScoringModelSettings scoring) => new(services, keys, scorers) { Scoring = scoring };

    /// <exception cref="FormatException">It is neither a key nor a specification that can be read.</exception>
    public WeightedHeuristic Heuristic(string name)
    {
        var (key, weight) = SplitWeight(name);
        if (keys.IsKeyedService(typeof(IHeuristic), key)) return new(services.GetRequiredKeyedService<IHeuristic>(key), weight ?? 1);
        if (!name.Contains('=', StringComparison.Ordinal)) throw new FormatException($"'{key}' is neither a heuristic in the container nor a specification such as coverage=fox,river");
        if (ScoringModel.Find(name) is { } scoring) return new(scorers.Get(scoring, Scoring), scoring.Weight);
        var (heuristic, parsed) = HeuristicParser.Parse(name);
        return new(heuristic, parsed);
    }

    /// <summary>The models that score, of names that are not the container's own.</summary>
    /// <exception cref="FormatException">One can't be read.</exception>
    public IReadOnlyList<ScoringModel> ScoringModels(IEnumerable<string> specs) =>
        [.. specs.Where(name => !keys.IsKeyedService(typeof(IHeuristic), SplitWeight(name).Key)).Select(ScoringModel.Find).OfType<ScoringModel>()];

    /// <summary>The same, with the key under which a calibration knows it.</summary>
    /// <exception cref="FormatException">As for <see cref="Heuristic"/>.</exception>
    public RankedPart Part(string name)
    {
        var (heuristic, weight) = Heuristic(name);
        return new(SplitWeight(name).Key, heuristic, weight);
    }

    /// <exception cref="FormatException">It is neither a key nor a specification that can be read.</exception>
    public IConstraint Constraint(string name)
    {
        if (keys.IsKeyedService(typeof(IConstraint), name)) return services.GetRequiredKeyedService<IConstraint>(name);
        if (!name.Contains('=', StringComparison.Ordinal) && ConstraintCatalogue.All.All(known => known.Name != name))
            throw new FormatException($"'{name}' is neither a constraint in the container nor a specification such as words=40..60");
        return ConstraintParser.Parse(name);
    }

    /// <summary>Constraints that are asked for together: those on the text are one, which begins where <c>after=TEXT</c> among them says.</summary>
    /// <exception cref="FormatException">As for <see cref="Constraint"/>; or <c>after</c> is there twice, or alone.</exception>
    public IReadOnlyList<IConstraint> Constraints(IEnumerable<string> specs)
    {
        string? after = null;
        var constraints = new List<IConstraint>();
        foreach (var name in specs)
        {
            if (!ConstraintParser.IsAfter(name, out var marker)) constraints.Add(Constraint(name));
            else after = after is null && marker.Length > 0 ? marker : throw new FormatException(marker.Length == 0 ? "'after=' lacks a text" : $"'{name}': the constraints begin after one text, and '{after}' is named already");
        }
        List<TextConstraint> texts = [.. constraints.OfType<TextConstraint>()];
        if (after is not null && texts.Count == 0) throw new FormatException($"'after={after}': nothing is asked for that could begin there");
        return texts.Count == 0 ? constraints : [.. constraints.Except(texts), ConstraintParser.Join(texts, after)];
    }

    /// <summary>As <see cref="Heuristic"/>, with something else in place of the container's own, which are not made.</summary>
    public WeightedHeuristic WithoutMaking(string name) =>
        SplitWeight(name) is var (key, weight) && keys.IsKeyedService(typeof(IHeuristic), key) ? new(Heuristics.Heuristic.FromText(key, _ => 0), weight ?? 1) : Heuristic(name);

    /// <summary>As <see cref="HostedScorers.WithJudge"/>.</summary>
    public DecoderParts WithJudge(DecoderParts decoder) => scorers.WithJudge(decoder);

    /// <summary>The guidance with the container's models; null: there is no guide.</summary>
    /// <exception cref="ArgumentException">The container has no such model.</exception>
    public Guidance? Guidance(GuidanceSettings settings) => settings.Create(name => keys.IsKeyedService(typeof(HostedModel), name)
        ? services.GetRequiredKeyedService<HostedModel>(name)
        : throw new ArgumentException($"ChatOptions.AdditionalProperties['{ChatOptionKeys.Guides}'] names the model '{name}', which is not there"));

    /// <summary>Whether the container says how a model is told of preferences.</summary>
    public bool HasPreferences(string model) => keys.IsKeyedService(typeof(PreferenceSettings), model);

    /// <summary>What is wrong with a name, without making the container's own.</summary>
    public string? HeuristicFault(string name) => keys.IsKeyedService(typeof(IHeuristic), SplitWeight(name).Key) ? null : Fault(() => Heuristic(name));

    /// <summary>What is wrong with a name, without making the container's own.</summary>
    public string? ConstraintFault(string name) => keys.IsKeyedService(typeof(IConstraint), name) || ConstraintParser.IsAfter(name, out _) ? null : Fault(() => Constraint(name));

    /// <summary>What is wrong with specifications together, without making the container's own.</summary>
    public string? AfterFault(IEnumerable<string> specs) => Fault(() => Constraints(specs.Select(name => keys.IsKeyedService(typeof(IConstraint), name) ? "whole-sentences" : name)));

    /// <summary>What is wrong with how heuristics are made one, without making the container's own.</summary>
    public string? RankingFault(RankingSpecification ranking, IEnumerable<string> specs) =>
        Fault(() => (ranking with { Parts = [.. specs.Select(name => new RankedPart(SplitWeight(name).Key, WithoutMaking(name).Heuristic))] }).Combine());

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
        catch (Exception fault) when (fault is FormatException or KeyNotFoundException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return fault.Message;
        }
    }
}
