using DecodeAlign.Decoding;

namespace DecodeAlign.Hosting;

/// <summary>What each field of <see cref="DecoderOptions"/> does to a preset.</summary>
internal static class DecoderFields
{
    public static IReadOnlyList<string> Presets { get; } = ["deal", "greedy", "sample", "beam", "grid-beam", "best-of"];

    /// <summary>Fields that only matter where something is sampled.</summary>
    public static IReadOnlyList<string> Sampling { get; } = [nameof(DecoderOptions.Temperature), nameof(DecoderOptions.TopK), nameof(DecoderOptions.TopP), nameof(DecoderOptions.MinP)];

    private static readonly (string Name, Func<DecoderOptions, bool> IsSet, Func<DecoderOptions, DecodingOptions, DecodingOptions> Apply)[] All =
    [
        (nameof(DecoderOptions.Beam), o => o.Beam is not null, (o, d) => d with { Beam = o.Beam!.Value }),
        (nameof(DecoderOptions.Candidates), o => o.Candidates is not null, (o, d) => d with { Candidates = o.Candidates!.Value }),
        (nameof(DecoderOptions.Lookahead), o => o.Lookahead is not null, (o, d) => d with { Lookahead = o.Lookahead!.Value }),
        (nameof(DecoderOptions.Lambda), o => o.Lambda is not null, (o, d) => d with { Lambda = o.Lambda!.Value }),
        (nameof(DecoderOptions.MaxTokens), o => o.MaxTokens is not null, (o, d) => d with { MaxTokens = o.MaxTokens!.Value }),
        (nameof(DecoderOptions.LengthExponent), o => o.LengthExponent is not null, (o, d) => d with { LengthExponent = o.LengthExponent!.Value }),
        (nameof(DecoderOptions.Answers), o => o.Answers is not null, (o, d) => d with { Answers = o.Answers!.Value }),
        (nameof(DecoderOptions.Budget), o => o.Budget is not null, (o, d) => d with { Budget = o.Budget!.Value }),
        (nameof(DecoderOptions.DeadlineSeconds), o => o.DeadlineSeconds is not null, (o, d) => d with { Deadline = Seconds(nameof(DecoderOptions.DeadlineSeconds), o.DeadlineSeconds!.Value) }),
        (nameof(DecoderOptions.Seed), o => o.Seed is not null, (o, d) => d with { Seed = o.Seed!.Value }),
        (nameof(DecoderOptions.StopSequences), o => o.StopSequences.Count > 0, (o, d) => d with { StopSequences = [.. o.StopSequences] }),
        (nameof(DecoderOptions.Temperature), o => o.Temperature is not null, (o, d) => d with { Sampling = d.Sampling with { Temperature = o.Temperature!.Value } }),
        (nameof(DecoderOptions.TopK), o => o.TopK is not null, (o, d) => d with { Sampling = d.Sampling with { TopK = o.TopK!.Value } }),
        (nameof(DecoderOptions.TopP), o => o.TopP is not null, (o, d) => d with { Sampling = d.Sampling with { TopP = o.TopP!.Value } }),
        (nameof(DecoderOptions.MinP), o => o.MinP is not null, (o, d) => d with { Sampling = d.Sampling with { MinP = o.MinP!.Value } }),
        (nameof(DecoderOptions.RepetitionPenalty), o => o.RepetitionPenalty is not null, (o, d) => d with { Sampling = d.Sampling with { RepetitionPenalty = o.RepetitionPenalty!.Value } }),
        (nameof(DecoderOptions.PresencePenalty), o => o.PresencePenalty is not null, (o, d) => d with { Sampling = d.Sampling with { PresencePenalty = o.PresencePenalty!.Value } }),
    ];

    /// <summary>The decoder that the options describe.</summary>
    /// <exception cref="ArgumentException">A field is out of its range.</exception>
    public static DecodingOptions Build(DecoderOptions options) =>
        All.Where(field => field.IsSet(options)).Aggregate(Preset(options), (built, field) => field.Apply(options, built));

    /// <summary>What is wrong with each field, whatever the others are.</summary>
    public static IEnumerable<string> Faults(DecoderOptions options)
    {
        if (!Presets.Contains(options.Preset))
        {
            yield return $"{nameof(options.Preset)} must be one of {string.Join(", ", Presets)}; it is '{options.Preset}'";
            yield break;
        }
        var samples = Preset(options).CandidateChoice == TokenChoice.Sample;
        foreach (var (name, _, apply) in All.Where(field => field.IsSet(options)))
        {
            if (Fault(() => apply(options, DecodingOptions.Greedy).Validate()) is { } fault) yield return fault;
            else if (!samples && Sampling.Contains(name)) yield return $"{name} does nothing with the preset '{options.Preset}', which does not sample";
        }
    }

    private static DecodingOptions Preset(DecoderOptions options) => options.Preset switch
    {
        "greedy" => DecodingOptions.Greedy,
        "sample" => DecodingOptions.Sample,
        "beam" => DecodingOptions.BeamSearch(options.Beam ?? 4),
        "grid-beam" => DecodingOptions.GridBeam(options.Beam ?? 32),
        "best-of" => DecodingOptions.BestOf(),
        _ => DecodingOptions.Deal(),
    };

    private static TimeSpan Seconds(string name, double seconds) =>
        seconds is >= 0 and <= 86_400 ? TimeSpan.FromSeconds(seconds) : throw new ArgumentException(FormattableString.Invariant($"{name} must be between 0 and 86400; it is {seconds}"), name);

    private static string? Fault(Action check)
    {
        try
        {
            check();
            return null;
        }
        catch (ArgumentException fault)
        {
            return fault.ParamName is { } parameter ? fault.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal) : fault.Message;
        }
    }
}
