using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Cli;

/// <summary>All that was asked for. Each requirement is part of a constraint, so that it holds, and a heuristic too, so that the search finds the place for it before the constraint has to.</summary>
internal sealed class Requirements
{
    public Requirements(IReadOnlyList<Keyword> include, IReadOnlyList<Keyword> exclude, WordRange? words, bool wholeSentences, TextForms forms, bool bestEffort)
    {
        foreach (var keyword in include)
            if (keyword.Forms.All(form => exclude.Any(other => other.Forms.Contains(form, StringComparer.OrdinalIgnoreCase))))
                throw new UsageException($"--must-include and --must-not-include both name \"{keyword}\"");
        All = [.. include.Select(keyword => new MustInclude(keyword)), .. exclude.Select(keyword => new MustNotInclude(keyword)), .. words is null ? Array.Empty<IRequirement>() : [words], .. forms.All.Select(form => new FormRequirement(form))];
        if (forms.After is { } marker) All = All.Count == 0 ? throw new UsageException("--after: nothing is asked for that could begin there") : [.. All.Select(requirement => new AfterRequirement(marker, requirement))];

        var heuristics = new List<WeightedHeuristic>();
        if (include.Count > 0) heuristics.Add(new(new KeywordCoverage(include)));
        if (exclude.Count > 0) heuristics.Add(new(new ForbiddenKeywords(exclude)));
        if (words is not null) heuristics.Add(new(new LengthRange(words.Least, words.Most)));
        Heuristics = heuristics;

        var required = include.Count > 0 ? new RequiredPhrases(include) : null;
        var forbidden = exclude.Count > 0 ? new ForbiddenPhrases(exclude) : null;
        var counted = words is not null ? new WordCount(words.Least, words.Most) : null;
        // a form of its own says how the text ends
        var end = wholeSentences && All.Count > 0 && forms.All.All(form => form is SentenceCount or CharacterCount) ? new SentenceEnd() : null;
        IConstraint? Join(params TextConstraint?[] parts) => Joined([.. parts.OfType<TextConstraint>(), .. forms.All], forms.After);
        Constraints = [Join(required, forbidden, counted, end)];
        if (bestEffort) Constraints = [.. Constraints.Concat([Join(required, forbidden, counted), Join(required, forbidden), Join(forbidden)]).Where(constraint => constraint is not null).DistinctBy(constraint => constraint!.Name), .. forms.All.Count == 0 ? new IConstraint?[] { null } : []];
    }

    /// <summary>What must hold, in the order in which it is reported.</summary>
    public IReadOnlyList<IRequirement> All { get; }

    /// <summary>What the search ranks by, besides wishes.</summary>
    public IReadOnlyList<WeightedHeuristic> Heuristics { get; }

    /// <summary>The constraint that makes all requirements hold; then, where the best text is wanted though it refuses, what is left of it with less asked; null: none.</summary>
    public IReadOnlyList<IConstraint?> Constraints { get; }

    private static TextConstraint? Joined(IReadOnlyList<TextConstraint> asked, string? after)
    {
        if (asked.Count == 0) return null;
        var all = new AllOf(asked);
        return after is null ? all : new AfterMarker(after, all);
    }
}
