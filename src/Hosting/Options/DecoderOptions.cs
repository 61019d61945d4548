using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Hosting;

/// <summary>A named decoder: a model, a preset of the catalogue, and what differs from it. What is null is as a <see cref="DecodingRequest"/> has it.</summary>
public sealed class DecoderOptions
{
    /// <summary>Name of the model. Null (default): <c>default</c>, or the only one there is.</summary>
    public string? Model { get; set; }

    /// <summary>The preset: the name of a decoder in <see cref="DecoderCatalogue"/>, such as <c>grid-beam</c>. Default <c>deal</c>.</summary>
    public string Preset { get; set; } = "deal";

    /// <summary>
    /// The preset's settings that are not its defaults, by the catalogue's names and without regard to case: each a number, a flag, a text or texts, or any of them as text. In configuration they stand
    /// beside the other keys.
    /// </summary>
    public IDictionary<string, object> Settings { get; } = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// What to prefer: each the key of an <see cref="IHeuristic"/> in the container or a specification such as <c>coverage=fox,river</c>, or of a model of the container that scores, as in
    /// <c>reward=NAME#helpfulness</c>, <c>judge=NAME</c> or <c>likelihood=NAME</c>; a weight may follow as <c>@3</c>.
    /// </summary>
    public IList<string> Heuristics { get; } = [];

    /// <summary>What the judges among the heuristics look for, a sentence each. Default none.</summary>
    public IList<string> Principles { get; } = [];

    /// <summary>As <see cref="ScoringModelSettings.JudgeContext"/>.</summary>
    public string? JudgeContext { get; set; }

    /// <summary>As <see cref="ScoringModelSettings.JudgeScore"/>.</summary>
    public string? JudgeScore { get; set; }

    /// <summary>As <see cref="ScoringModelSettings.RewardOutputs"/>.</summary>
    public string? RewardOutputs { get; set; }

    /// <summary>As <see cref="ScoringModelSettings.RewardSteps"/>.</summary>
    public string? RewardSteps { get; set; }

    /// <summary>By what rule the heuristics are made one, as <c>--combine</c> says it: <c>sum</c> (default), <c>max-min</c>, <c>constrained:grade>=-1</c> and others.</summary>
    public string Combine { get; set; } = "sum";

    /// <summary>A file that <c>decodealign calibrate</c> wrote: the heuristics are ranked by in standard deviations of the model's own texts. Null (default): as they are.</summary>
    public string? Calibration { get; set; }

    /// <summary>Whether, with a calibration, a text under way is compared with the model's own of its length. Default false.</summary>
    public bool ByPosition { get; set; }

    /// <summary>
    /// What must hold: each the key of an <see cref="IConstraint"/> in the container or a specification such as <c>must-include=fox</c> or <c>words=40..60</c>; <c>after=TEXT</c> says where all of them begin.
    /// </summary>
    public IList<string> Constraints { get; } = [];

    /// <summary>Name of a model with the same tokenizer that rolls out the lookahead. Null (default): the model itself.</summary>
    public string? LookaheadModel { get; set; }

    /// <summary>As <see cref="GuidanceSettings.NegativePrompt"/>. Null (default): none.</summary>
    public string? NegativePrompt { get; set; }

    /// <summary>As <see cref="GuidanceSettings.Scale"/>.</summary>
    public double? GuidanceScale { get; set; }

    /// <summary>Models of the container that guide, each its name with its weight after an @, such as <c>small@-1</c>; 1 without one. Default none.</summary>
    public IList<string> Guides { get; } = [];

    /// <summary>As <see cref="GuidanceSettings.BaseWeight"/>.</summary>
    public double? BaseWeight { get; set; }

    /// <summary>As <see cref="GuidanceSettings.Plausibility"/>.</summary>
    public double? Plausibility { get; set; }

    /// <summary>As <see cref="DecodingRequest.MaxTokens"/>.</summary>
    public int? MaxTokens { get; set; }

    /// <summary>As <see cref="DecodingRequest.Seed"/>.</summary>
    public ulong? Seed { get; set; }

    /// <summary>As <see cref="DecodingRequest.StopSequences"/>.</summary>
    public IList<string> StopSequences { get; } = [];

    /// <summary>As <see cref="DecodingRequest.Budget"/>.</summary>
    public long? Budget { get; set; }

    /// <summary>As <see cref="DecodingRequest.Deadline"/>, in seconds, 0 to 86400.</summary>
    public double? DeadlineSeconds { get; set; }

    /// <summary>As <see cref="DecodingRequest.Priority"/>.</summary>
    public int? Priority { get; set; }

    internal GuidanceSettings Guidance => new() { NegativePrompt = NegativePrompt, Scale = GuidanceScale, Guides = [.. Guides], BaseWeight = BaseWeight, Plausibility = Plausibility };

    internal ScoringModelSettings Scoring => new() { Principles = [.. Principles], JudgeContext = JudgeContext, JudgeScore = JudgeScore, RewardOutputs = RewardOutputs, RewardSteps = RewardSteps };
}
