namespace DecodeAlign.Decoding;

/// <summary>A decoder by name: what it is, its settings with their defaults, and how its parts are made of them. Immutable.</summary>
public sealed class DecoderEntry
{
    private readonly Func<DecoderSettings, DecoderParts> _create;

    internal DecoderEntry(string name, string summary, string? paper, IReadOnlyList<DecoderSetting> settings, Func<DecoderSettings, DecoderParts> create) =>
        (Name, Summary, Paper, Settings, _create) = (name, summary, paper, settings, create);

    /// <summary>The name, such as <c>grid-beam</c>.</summary>
    public string Name { get; }

    /// <summary>What it does, in one sentence.</summary>
    public string Summary { get; }

    /// <summary>The paper that it is of, such as <c>arXiv 2402.06147</c>; null: none.</summary>
    public string? Paper { get; }

    /// <summary>Its settings, each with its default.</summary>
    public IReadOnlyList<DecoderSetting> Settings { get; }

    /// <summary>A setting by name, without regard to case; null: it has no such setting, so that a value for it does nothing.</summary>
    public DecoderSetting? Find(string name) => Settings.FirstOrDefault(setting => string.Equals(setting.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes the decoder.</summary>
    /// <param name="settings">Values by name: an int, a double, a bool, a string, or a list of strings each. What is not given is the default; what the decoder does not have is passed over (<see cref="Find"/> tells).</param>
    /// <exception cref="ArgumentException">A value is not of its setting's kind, or out of its range; the message names the setting.</exception>
    public DecoderParts Create(IEnumerable<KeyValuePair<string, object>>? settings = null)
    {
        var parts = _create(new(this, settings ?? []));
        // a selection's answers are written by another decoder, whose name stays
        if (parts.Name.Length == 0) parts = parts with { Name = Name };
        parts.Validate();
        return parts;
    }

    /// <summary>Why a model can't be decoded so; null: it can.</summary>
    /// <param name="model">What is known of the model.</param>
    /// <param name="constrained">Whether there are constraints.</param>
    /// <param name="settings">As for <see cref="Create"/>.</param>
    public string? FindRefusal(ModelFacts model, bool constrained = false, IEnumerable<KeyValuePair<string, object>>? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            RequestCheck.CheckCandidates(new() { Prompt = "", Decoder = Create(settings) }, model, constrained);
            return null;
        }
        catch (NotSupportedException refusal)
        {
            return refusal.Message;
        }
    }

    /// <summary>Every setting's value: what is given, otherwise the default.</summary>
    /// <param name="settings">As for <see cref="Create"/>.</param>
    /// <exception cref="ArgumentException">As for <see cref="Create"/>.</exception>
    public IReadOnlyDictionary<string, object> Complete(IEnumerable<KeyValuePair<string, object>> settings) => new DecoderSettings(this, settings).Values.ToDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Which of the settings that were given do nothing, and why: the decoder does not have them, or others leave them nothing to do.</summary>
    /// <param name="settings">What was given, as for <see cref="Create"/>. Names that no decoder has are passed over.</param>
    /// <param name="request">What is asked for; null: only what does nothing in any request is told.</param>
    /// <exception cref="ArgumentException">As for <see cref="Create"/>.</exception>
    public IReadOnlyList<IdleSetting> FindIdle(IEnumerable<KeyValuePair<string, object>> settings, DecodingRequest? request = null)
    {
        List<KeyValuePair<string, object>> given = [.. settings];
        var inner = DecoderCatalogue.InnerOf(this, given);
        var (parts, own) = (Create(given), new DecoderSettings(this, given));
        var of = new IdleSettings(parts, inner is null ? own : new(inner, given), request);
        var ofOwn = inner is null ? of : new IdleSettings(parts, own, request);
        var idle = new List<IdleSetting>();
        foreach (var (name, _) in given)
        {
            if (DecoderCatalogue.FindSetting(name) is not { } setting) continue;
            var reason = Find(name) is { } found ? ofOwn.Reason(found) : inner?.Find(name) is { } innerOne ? of.Reason(innerOne) : $"{Name}{(inner is null ? "" : $" over {inner.Name}")} has no such setting; {DecoderCatalogue.WhoHas(setting.Name)}";
            if (reason is not null) idle.Add(new(setting.Name, reason));
        }
        if (request?.LookaheadModel is not null && of.NoLookahead is { } none) idle.Add(new("lookaheadModel", none));
        return idle;
    }
}
