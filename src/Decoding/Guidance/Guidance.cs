using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>
/// Mixes other models or other prompts into the distribution that tokens are chosen from, candidates and lookaheads alike: log q = w₀·log p + Σ wᵢ·log pᵢ, renormalised. Ranking and reports keep the model's own log p.
/// A token to which a guide gives no probability at all is not chosen. Immutable.
/// </summary>
public sealed record Guidance
{
    /// <summary>Weight w₀ of the request's model; any finite number. Default 1.</summary>
    public double BaseWeight { get; init; } = 1;

    /// <summary>Tokens less likely than this share of the likeliest one that the constraints allow are not chosen, whatever the guides say; in [0, 1]. Default 0: all may be.</summary>
    public double Plausibility { get; init; }

    /// <summary>The guides, at least one.</summary>
    public required IReadOnlyList<Guide> Guides { get; init; }

    /// <summary>Classifier-free guidance (arXiv 2306.17806): γ·log p(y | prompt) + (1 − γ)·log p(y | other prompt). Two prompts of one model, read in one pass.</summary>
    /// <param name="prompt">What is steered away from: a negative prompt, or an empty one.</param>
    /// <param name="scale">γ: 1 changes nothing, above 1 steers away from the other prompt.</param>
    public static Guidance ClassifierFree(string prompt, double scale) => new() { BaseWeight = scale, Guides = [new(1 - scale) { Prompt = prompt }] };

    /// <summary>Contrastive decoding (arXiv 2210.15097): log p − log p of an amateur, among the tokens with at least α times the probability of the likeliest.</summary>
    /// <param name="amateur">A smaller or weaker model.</param>
    /// <param name="plausibility">α, in (0, 1].</param>
    public static Guidance Contrastive(ILanguageModel amateur, double plausibility = 0.1) => new() { Plausibility = plausibility, Guides = [new(-1) { Model = amateur }] };

    /// <summary>
    /// DExperts (arXiv 2105.03023) and proxy tuning (arXiv 2401.08565): log p + α·(log p of an expert − log p of an anti-expert). With a tuned model and the one it was tuned from, the difference is an implicit reward, as
    /// in ADPA and PAD.
    /// </summary>
    /// <param name="expert">What is steered towards.</param>
    /// <param name="antiExpert">What is steered away from.</param>
    /// <param name="strength">α.</param>
    public static Guidance Experts(ILanguageModel expert, ILanguageModel antiExpert, double strength = 1) => new() { Guides = [new(strength) { Model = expert }, new(-strength) { Model = antiExpert }] };

    /// <summary>Mixture of models aligned to different objectives (MOD, arXiv 2406.18853): Σ wᵢ·log pᵢ with Σ wᵢ = 1; the request's model has what the others leave.</summary>
    /// <param name="models">The other models, each with its weight.</param>
    public static Guidance Mixture(params IReadOnlyList<(ILanguageModel Model, double Weight)> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        return new() { BaseWeight = 1 - models.Sum(model => model.Weight), Guides = [.. models.Select(model => new Guide(model.Weight) { Model = model.Model })] };
    }

    /// <summary>Token-level reward models as guides (GenARM, arXiv 2410.08193): log p + Σ αᵢ·log pᵢ, at temperature 1.</summary>
    /// <param name="models">The reward models, each with its α = 1/β.</param>
    public static Guidance Rewards(params IReadOnlyList<(ILanguageModel Model, double Weight)> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        return new() { Guides = [.. models.Select(model => new Guide(model.Weight) { Model = model.Model })] };
    }

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of its range; it is named.</exception>
    public void Validate()
    {
        Require.That(double.IsFinite(BaseWeight), nameof(BaseWeight), "a finite number", BaseWeight);
        Require.That(Plausibility is >= 0 and <= 1, nameof(Plausibility), "in [0, 1]", Plausibility);
        ArgumentNullException.ThrowIfNull(Guides);
        Require.That(Guides.Count > 0, nameof(Guides), "at least one guide", "empty");
        foreach (var guide in Guides)
        {
            ArgumentNullException.ThrowIfNull(guide, nameof(Guides));
            Require.That(double.IsFinite(guide.Weight), "weight of a guide", "a finite number", guide.Weight);
            Require.That(guide.Model is not null || guide.Prompt is not null, "a guide", "a model or a prompt of its own", "neither");
        }
    }

    /// <summary>The formula in words, for traces.</summary>
    /// <param name="model">Name of the request's model.</param>
    internal string Describe(string model)
    {
        var terms = Guides.Select(guide => Term(guide.Weight, guide.Model?.Facts.Name ?? model, guide.Prompt));
        return string.Create(CultureInfo.InvariantCulture, $"{string.Concat([Term(BaseWeight, model, null), .. terms]).TrimStart(' ', '+')}{(Plausibility > 0 ? $", p ≥ {Plausibility}·max p" : "")}");
    }

    private static string Term(double weight, string model, string? prompt) =>
        string.Create(CultureInfo.InvariantCulture, $" {(weight < 0 ? '−' : '+')} {Math.Abs(weight)}·log p({model}{(prompt is null ? "" : $" | \"{prompt}\"")})");
}
