namespace DecodeAlign.Decoding;

/// <summary>The settings that decoders have, defined once.</summary>
internal static class Settings
{
    public static readonly DecoderSetting Beam = Integer("beam", "Hypotheses kept at each step.", 1, 1);
    public static readonly DecoderSetting Candidates = Integer("candidates", "Next tokens considered for each hypothesis.", 1, 1);
    public static readonly DecoderSetting Suggestions = Integer("suggestions", "Next tokens considered for each hypothesis because they begin what a constraint requires, or go on with it.", 0, 0);
    public static readonly DecoderSetting LookaheadTokens = Integer("lookahead", "Tokens by which each candidate is continued before the heuristics look at it.", 0, 0);
    public static readonly DecoderSetting Lambda = new() { Name = "lambda", Kind = SettingKind.Number, Meaning = "Weight λ of the heuristics against log P.", Default = 1.0 };
    public static readonly DecoderSetting LengthExponent = Number("lengthExponent", "Ranks by log P / length^α, so that longer texts are not put at a disadvantage.", 0.0, 0);
    public static readonly DecoderSetting Foresight = Number("foresight", "Weight of how likely what is still missing is to come: the log of the greatest probability, along the lookahead, of a token that begins a missing word or goes on with one.", 0.0, 0);
    public static readonly DecoderSetting NoRepeat = Integer("noRepeat", "Passes over candidates that would repeat so many tokens in a row, where others are left; 0: none.", 0, 0);
    public static readonly DecoderSetting SampleCandidates = Flag("sampleCandidates", "Samples the candidates instead of taking the most likely ones.");
    public static readonly DecoderSetting SampleLookahead = Flag("sampleLookahead", "Samples the lookahead instead of following the most likely token.");
    public static readonly DecoderSetting HalveLookaheads = Flag("halveLookaheads", "Drops the worse half of the candidates again and again while their lookaheads grow.");
    public static readonly DecoderSetting SegmentLength = Integer("segmentLength", "Searches at every s-th token only.", 1, 1);
    public static readonly DecoderSetting LookaheadEntropy = Number("lookaheadEntropy", "Searches only where the entropy of the next token reaches so many nats; 0: everywhere.", 0.0, 0);
    public static readonly DecoderSetting Temperature = Number("temperature", "Sampling: below 1 sharper, above 1 flatter.", 1.0, 0) with { IsAboveLeast = true };
    public static readonly DecoderSetting TopK = Integer("topK", "Sampling: only the k most likely tokens; 0: all.", 0, 0);
    public static readonly DecoderSetting TopP = Number("topP", "Sampling: only the most likely tokens that together reach this probability.", 1.0, 0) with { IsAboveLeast = true, Greatest = 1 };
    public static readonly DecoderSetting MinP = Number("minP", "Sampling: only tokens at least this share as likely as the likeliest; 0: all.", 0.0, 0) with { Greatest = 1 };
    public static readonly DecoderSetting RepetitionPenalty = Number("repetitionPenalty", "Makes tokens that were generated already less likely to be chosen; 1: not at all.", 1.0, 1);
    public static readonly DecoderSetting PresencePenalty = new() { Name = "presencePenalty", Kind = SettingKind.Number, Meaning = "Subtracted from the log-probability of every token that was generated already.", Default = 0.0 };
    public static readonly DecoderSetting FrequencyPenalty = new() { Name = "frequencyPenalty", Kind = SettingKind.Number, Meaning = "Subtracted from the log-probability of every token as often as it was generated already.", Default = 0.0 };
    public static readonly DecoderSetting Answers = Integer("answers", "Independent texts of which the best is kept.", 8, 1);
    public static readonly DecoderSetting ChooseBy = new() { Name = "chooseBy", Kind = SettingKind.Choice, Choices = ["score", "heuristics", "soft", "confidence", "divergence", "length", "knee", "nash", "max-min"], Meaning = "What the best text is chosen by: log P + λ·h, h alone, soft: drawn with probability proportional to e^(h/β), confidence: log P a token, divergence: h + β·log P, length: h − β a token; or of the front over all heuristics its knee, Nash's choice or the greatest least share.", Default = "heuristics" };
    public static readonly DecoderSetting ChoiceTemperature = Number("choiceTemperature", "β of a soft choice, in units of h: towards 0 the best, large any.", 1.0, 0) with { IsAboveLeast = true };

    public static readonly DecoderSetting Regularization = Number("regularization", "β of a choice by divergence (units of h a nat) or by length (units of h a token).", 0.05, 0);
    public static readonly DecoderSetting JudgeModel = new() { Name = "judgeModel", Kind = SettingKind.Text, Meaning = "The model that judges the texts: a folder on a command line, a model's name in configuration. None: the model that writes them.", Default = "" };
    public static readonly DecoderSetting Criterion = new() { Name = "criterion", Kind = SettingKind.Text, Meaning = "What the judge prefers, in plain words, such as: The kinder answer is better. None: nothing is said.", Default = "" };
    public static readonly DecoderSetting Orders = Integer("orders", "In how many orders the judge reads the same texts; the mean counts.", 1, 1) with { Greatest = LabelJudge.Most };

    public static readonly DecoderSetting Similarity = new() { Name = "similarity", Kind = SettingKind.Choice, Choices = [TextSimilarity.Characters.Name, TextSimilarity.Words.Name], Meaning = "How alike two texts are: chrf, by character n-grams; words, by the words they share.", Default = TextSimilarity.Characters.Name };
    public static readonly DecoderSetting Projection = new() { Name = "projection", Kind = SettingKind.Text, Meaning = "What a text says, as a regular expression: its last match, or that match's first group. None: the whole text.", Default = "" };

    /// <summary>What shapes the order of the distribution.</summary>
    public static IReadOnlyList<DecoderSetting> Penalties { get; } = [RepetitionPenalty, PresencePenalty, FrequencyPenalty];

    /// <summary>What shapes a distribution that is sampled from.</summary>
    public static IReadOnlyList<DecoderSetting> Sampling { get; } = [Temperature, TopK, TopP, MinP, .. Penalties];

    public static DecoderSetting Integer(string name, string meaning, int value, int least) => new() { Name = name, Kind = SettingKind.Whole, Meaning = meaning, Default = value, Least = least };

    public static DecoderSetting Number(string name, string meaning, double value, double least) => new() { Name = name, Kind = SettingKind.Number, Meaning = meaning, Default = value, Least = least };

    public static DecoderSetting Flag(string name, string meaning) => new() { Name = name, Kind = SettingKind.Flag, Meaning = meaning, Default = false };
}
