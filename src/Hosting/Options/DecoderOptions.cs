using DecodeAlign.Decoding;

namespace DecodeAlign.Hosting;

/// <summary>A named decoder: a model, a preset and what differs from it. What is null is the preset's own value (see <see cref="DecodingOptions"/>).</summary>
public sealed class DecoderOptions
{
    /// <summary>Name of the model. Null (default): <c>default</c>, or the only one there is.</summary>
    public string? Model { get; set; }

    /// <summary>The preset: <c>deal</c> (default), <c>greedy</c>, <c>sample</c>, <c>beam</c>, <c>grid-beam</c> or <c>best-of</c>.</summary>
    public string Preset { get; set; } = "deal";

    /// <summary>What to prefer: each the key of an <see cref="IHeuristic"/> in the container or a specification such as <c>coverage=fox,river</c>; a weight may follow as <c>@3</c>.</summary>
    public IList<string> Heuristics { get; } = [];

    /// <summary>What must hold: each the key of an <see cref="IConstraint"/> in the container.</summary>
    public IList<string> Constraints { get; } = [];

    /// <summary>Name of a model with the same tokenizer that rolls out the lookahead. Null (default): the model itself.</summary>
    public string? LookaheadModel { get; set; }

    /// <summary>As <see cref="DecodingOptions.Deadline"/>, in seconds, 0 to 86400.</summary>
    public double? DeadlineSeconds { get; set; }

    /// <summary>As <see cref="DecodingOptions.Budget"/>.</summary>
    public long? Budget { get; set; }

    /// <summary>As <see cref="DecodingOptions.Beam"/>.</summary>
    public int? Beam { get; set; }

    /// <summary>As <see cref="DecodingOptions.Candidates"/>.</summary>
    public int? Candidates { get; set; }

    /// <summary>As <see cref="DecodingOptions.Lookahead"/>.</summary>
    public int? Lookahead { get; set; }

    /// <summary>As <see cref="DecodingOptions.Lambda"/>.</summary>
    public double? Lambda { get; set; }

    /// <summary>As <see cref="DecodingOptions.MaxTokens"/>.</summary>
    public int? MaxTokens { get; set; }

    /// <summary>As <see cref="DecodingOptions.LengthExponent"/>.</summary>
    public double? LengthExponent { get; set; }

    /// <summary>As <see cref="DecodingOptions.Answers"/>.</summary>
    public int? Answers { get; set; }

    /// <summary>As <see cref="DecodingOptions.Seed"/>.</summary>
    public ulong? Seed { get; set; }

    /// <summary>As <see cref="DecodingOptions.StopSequences"/>.</summary>
    public IList<string> StopSequences { get; } = [];

    /// <summary>As <see cref="Distribution.Temperature"/>.</summary>
    public double? Temperature { get; set; }

    /// <summary>As <see cref="Distribution.TopK"/>.</summary>
    public int? TopK { get; set; }

    /// <summary>As <see cref="Distribution.TopP"/>.</summary>
    public double? TopP { get; set; }

    /// <summary>As <see cref="Distribution.MinP"/>.</summary>
    public double? MinP { get; set; }

    /// <summary>As <see cref="Distribution.RepetitionPenalty"/>.</summary>
    public double? RepetitionPenalty { get; set; }

    /// <summary>As <see cref="Distribution.PresencePenalty"/>.</summary>
    public double? PresencePenalty { get; set; }
}
