using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Cli;

/// <summary>All that was asked for. Each requirement is part of a constraint, so that it holds, and a heuristic too, so that the search finds the place for it before the constraint has to.</summary>
internal sealed class Requirements
{
    private readonly IReadOnlyList<(string Asked, TextConstraint Constraint)> _parts;
    private readonly string? _after;
    private readonly bool _jumpsForward;

    public Requirements(IReadOnlyList<Keyword> include, IReadOnlyList<Keyword> exclude, WordRange? words, bool? wholeSentences, TextForms forms)
    {
        foreach (var keyword in include)
            if (keyword.Forms.All(form => exclude.Any(other => other.Forms.Contains(form, StringComparer.OrdinalIgnoreCase))))
                throw new UsageException($"--must-include and --must-not-include both name \"{keyword}\"");
        if (words?.Most < forms.LeastSentences) throw new UsageException($"--sentences: {forms.LeastSentences} sentences take as many words at least, and --words allows {words.Most}");
        // a form of its own says how the text ends
        GivesForm = !forms.All.All(form => form is SentenceCount or CharacterCount);
        var asked = wholeSentences == true && !GivesForm ? [new WholeSentences()] : Array.Empty<IRequirement>();
        All = [.. include.Select(keyword => new MustInclude(keyword)), .. exclude.Select(keyword => new MustNotInclude(keyword)), .. words is null ? Array.Empty<IRequirement>() : [words], .. forms.All.Select(form => new FormRequirement(form)), .. asked];
        (_after, _jumpsForward) = (forms.After, forms.JumpsForward);
        if (_after is { } marker) All = All.Count == 0 ? throw new UsageException("--after: nothing is asked for that could begin there") : [.. All.Select(requirement => new AfterRequirement(marker, requirement))];

        var heuristics = new List<WeightedHeuristic>();
        if (include.Count > 0) heuristics.Add(new(new KeywordCoverage(include)));
        if (exclude.Count > 0) heuristics.Add(new(new ForbiddenKeywords(exclude)));
        if (words is not null) heuristics.Add(new(new LengthRange(words.Least, words.Most)));
        Heuristics = heuristics;

        var counted = words is not null ? new WordCount(words.Least, words.Most) : null;
        var end = wholeSentences != false && All.Count > 0 && !GivesForm ? new SentenceEnd(wholeWords: true) : null;
        TextConstraint?[] whole = [include.Count > 0 ? new RequiredPhrases(include) : null, exclude.Count > 0 ? new ForbiddenPhrases(exclude) : null, counted, end, .. forms.All];
        Constraint = Joined([.. whole.OfType<TextConstraint>()]);

        // what is given up last stands first
        _parts = [
            .. forms.All.Where(form => form is not (SentenceCount or CharacterCount)).Select(form => (form.Name, form)),
            .. exclude.Select(keyword => ($"not include \"{keyword}\"", (TextConstraint)new ForbiddenPhrases([keyword]))),
            .. include.Select(keyword => ($"include \"{keyword}\"", (TextConstraint)new RequiredPhrases([keyword]))),
            .. counted is null ? [] : new[] { (words!.Asked, (TextConstraint)counted) },
            .. forms.All.Where(form => form is SentenceCount or CharacterCount).Select(form => (form.Name, form)),
            .. end is null ? [] : new[] { ("whole sentences", (TextConstraint)end) },
        ];
    }

    /// <summary>What must hold, in the order in which it is reported.</summary>
    public IReadOnlyList<IRequirement> All { get; }

    /// <summary>What the search ranks by, besides wishes.</summary>
    public IReadOnlyList<WeightedHeuristic> Heuristics { get; }

    /// <summary>The constraint that makes all requirements hold; null: there are none.</summary>
    public IConstraint? Constraint { get; }

    /// <summary>Whether something gives the whole text its form, its end too.</summary>
    public bool GivesForm { get; }

    /// <summary>As much of what is asked as can be met together: each part is added to those before it where all of them can be met.</summary>
    /// <param name="canBeMet">Whether a constraint can be.</param>
    /// <param name="leftOut">What is left out.</param>
    public IConstraint? Possible(Func<IConstraint, bool> canBeMet, out IReadOnlyList<string> leftOut)
    {
        var (kept, left, best) = (new List<TextConstraint>(), new List<string>(), (IConstraint?)null);
        foreach (var (asked, part) in _parts)
        {
            if (Try([.. kept, part]) is { } more && canBeMet(more)) (best, kept) = (more, [.. kept, part]);
            else left.Add(asked);
        }
        leftOut = left;
        return best;
    }

    // some can't even be joined: two grammars, too many words
    private IConstraint? Try(IReadOnlyList<TextConstraint> asked)
    {
        try
        {
            return Joined(asked);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private IConstraint? Joined(IReadOnlyList<TextConstraint> asked)
    {
        if (asked.Count == 0) return null;
        TextConstraint all = new AllOf(asked);
        if (_after is not null) all = new AfterMarker(_after, all);
        return _jumpsForward ? new JumpForward(all) : all;
    }
}
