using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>Guidance as a command line or a configuration says it. Immutable.</summary>
public sealed record GuidanceSettings
{
    /// <summary>The scale of a negative prompt where none is given.</summary>
    public const double DefaultScale = 1.5;

    /// <summary>What classifier-free guidance steers away from: a text that is read in place of the prompt, as the model reads it; may be empty. Null (default): there is none.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>γ of the negative prompt: 1 changes nothing, above 1 steers away from it. Null (default): <see cref="DefaultScale"/>.</summary>
    public double? Scale { get; init; }

    /// <summary>Models that guide: each its name or folder, with its weight after an @, such as <c>small@-1</c>; 1 without one. Default none.</summary>
    public IReadOnlyList<string> Guides { get; init; } = [];

    /// <summary>As <see cref="Guidance.BaseWeight"/>. Null (default): 1, and with a negative prompt its scale.</summary>
    public double? BaseWeight { get; init; }

    /// <summary>As <see cref="Guidance.Plausibility"/>. Null (default): 0.</summary>
    public double? Plausibility { get; init; }

    /// <summary>Whether there is no guide.</summary>
    public bool IsEmpty => NegativePrompt is null && Guides.Count == 0;

    /// <summary>What of it is wrong, or does nothing: the setting's name, and a reason; null: nothing.</summary>
    public (string Setting, string Reason)? FindFault()
    {
        if (Scale is { } scale && NegativePrompt is null) return (nameof(Scale), "does nothing here: there is no negative prompt");
        if (Scale is { } number && !double.IsFinite(number)) return (nameof(Scale), "must be a finite number");
        if (BaseWeight is not null && IsEmpty) return (nameof(BaseWeight), "does nothing here: there is no guide");
        if (BaseWeight is not null && NegativePrompt is not null) return (nameof(BaseWeight), "can't be given beside a negative prompt, whose scale it is");
        if (BaseWeight is { } weight && !double.IsFinite(weight)) return (nameof(BaseWeight), "must be a finite number");
        if (Plausibility is not null && IsEmpty) return (nameof(Plausibility), "does nothing here: there is no guide");
        if (Plausibility is not (null or (>= 0 and <= 1))) return (nameof(Plausibility), "must be in [0, 1]");
        try
        {
            return Models().Any(guide => guide.Model.Length == 0) ? (nameof(Guides), "a guide needs a model before its @weight") : null;
        }
        catch (FormatException fault)
        {
            return (nameof(Guides), fault.Message);
        }
    }

    /// <summary>The guides' models with their weights, as they are named.</summary>
    /// <exception cref="FormatException">A weight is no finite number.</exception>
    public IReadOnlyList<(string Model, double Weight)> Models() => [.. Guides.Select(guide => WeightedSpec.Split(guide))];

    /// <summary>Makes the guidance; null: there is no guide.</summary>
    /// <param name="model">Finds a model by its name.</param>
    /// <exception cref="FormatException">A weight is no finite number.</exception>
    /// <exception cref="ArgumentException">A number is out of its range; it is named.</exception>
    public Guidance? Create(Func<string, ILanguageModel> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (FindFault() is var (setting, reason)) throw new ArgumentException($"{setting}: {reason}");
        if (IsEmpty) return null;
        var scale = Scale ?? DefaultScale;
        List<Guide> guides = NegativePrompt is { } prompt ? [new(1 - scale) { Prompt = prompt }] : [];
        guides.AddRange(Models().Select(guide => new Guide(guide.Weight) { Model = model(guide.Model) }));
        return new() { BaseWeight = BaseWeight ?? (NegativePrompt is null ? 1 : scale), Plausibility = Plausibility ?? 0, Guides = guides };
    }
}
