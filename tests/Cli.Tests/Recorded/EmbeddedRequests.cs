namespace DecodeAlign.Tests;

/// <summary>Requests over the embedded model: each decoder with the rewards and constraints that people use it with.</summary>
internal static class EmbeddedRequests
{
    private static readonly string[] Openings = ["One day, a boy went to the park.", "Once upon a time, there was a little dog", "The sun was hot and"];

    private static readonly RecordedHeuristic[][] Rewards =
    [
        [new("coverage:dog|dogs,tree|trees", 6)],
        [new("sentiment:happy,fun,loved,-sad,-cried", 4)],
        [new("length:8,12", 3), new("coverage-all:ball", 2)],
        [new("avoid:was,very", 1), new("distinct:2", 2), new("positivity", 0.5)],
    ];

    private static readonly string[][] Requirements =
    [
        ["include:dog,happy"],
        ["exclude:the", "words:4,9"],
        ["regex: (He|She) (saw|had) a [a-z]{3,8}\\."],
        ["schema:{\"type\":\"object\",\"properties\":{\"name\":{\"enum\":[\"Tim\",\"Lily\"]},\"age\":{\"type\":\"boolean\"}},\"required\":[\"name\",\"age\"],\"additionalProperties\":false}"],
        ["one-of: He was happy., She ran home.", "exclude:home"],
    ];

    private static RecordedRequest Plain { get; } = new()
    {
        Way = "generate",
        Model = "embedded",
        LookaheadModel = null,
        Prompt = Openings[0],
        TaskInstruction = "",
        AlignmentInstruction = null,
        AskForAlignment = false,
        Batch = [],
        Heuristics = [],
        Constraints = [],
        Traced = false,
        StopAtStep = 0,
        Deadline = 0,
        Decoder = "greedy",
        Beam = 1,
        Candidates = 1,
        Lookahead = 0,
        Lambda = 0,
        MaxTokens = 16,
        SampledCandidates = false,
        SampledLookahead = false,
        Temperature = 1,
        TopK = 0,
        TopP = 1,
        MinP = 0,
        RepetitionPenalty = 1,
        PresencePenalty = 0,
        LengthExponent = 0,
        Answers = 1,
        SelectedByHeuristics = false,
        StopSequences = [],
        Seed = 0,
        Reuse = true,
        Prune = true,
        Settle = true,
        Finish = true,
        Pipeline = 4,
        SegmentLength = 1,
        LookaheadEntropy = 0,
        HalveLookaheads = false,
        Suggestions = 0,
        Banks = false,
        NoRepeat = 0,
        Budget = 0,
        Preference = null,
    };

    private static RecordedRequest Sampled { get; } = Plain with { Decoder = "sample", SampledCandidates = true, Temperature = 1.3, TopP = 0.95, Seed = 7 };

    private static RecordedRequest Beam { get; } = Plain with { Decoder = "beam", Beam = 4, Candidates = 4 };

    private static RecordedRequest GridBeam { get; } = Plain with { Decoder = "grid-beam", Beam = 12, Candidates = 5, Suggestions = 4, Banks = true, NoRepeat = 3, LengthExponent = 1 };

    private static RecordedRequest Deal { get; } = Plain with { Decoder = "deal", Candidates = 5, Lookahead = 8, Lambda = 1 };

    private static RecordedRequest BestOf { get; } = Sampled with { Decoder = "best-of", Answers = 4, Lambda = 1 };

    public static IEnumerable<RecordedRequest> All => Free().Concat(Rewarded()).Concat(Constrained()).Concat(Batches()).Concat(Preferences());

    private static IEnumerable<RecordedRequest> Free()
    {
        foreach (var opening in Openings)
        {
            yield return Plain with { Prompt = opening, NoRepeat = 2, MaxTokens = 40 };
            yield return Sampled with { Prompt = opening, Way = "stream", RepetitionPenalty = 1.2, StopSequences = [".", "!"] };
            yield return Beam with { Prompt = opening, LengthExponent = 1, Way = "stream" };
            yield return BestOf with { Prompt = opening, PresencePenalty = 0.3, MinP = 0.05 };
        }
    }

    private static IEnumerable<RecordedRequest> Rewarded()
    {
        for (var i = 0; i < Rewards.Length; i++)
        {
            var own = Deal with { Heuristics = Rewards[i], Prompt = Openings[i % Openings.Length], MaxTokens = 12, Lookahead = 6 };
            yield return own;
            yield return own with { Beam = 2, Candidates = 4, AskForAlignment = true };
            yield return own with { SampledLookahead = true, Temperature = 0.7, Seed = 5, Way = "stream" };
            yield return own with { Reuse = false, Prune = false, Settle = false, Finish = false, Pipeline = 0, Traced = true };
            yield return own with { Budget = 80 };
            yield return own with { HalveLookaheads = true, SegmentLength = 2, TaskInstruction = "Tell a story." };
            yield return own with { LookaheadEntropy = 2, LookaheadModel = "embedded", StopAtStep = 9 };
            yield return BestOf with { Heuristics = Rewards[i], SelectedByHeuristics = i % 2 == 0, Seed = (ulong)i };
            yield return BestOf with { Heuristics = Rewards[i], Budget = 90, TopK = 40 };
        }
    }

    private static IEnumerable<RecordedRequest> Constrained()
    {
        for (var i = 0; i < Requirements.Length; i++)
        {
            var own = Plain with { Constraints = Requirements[i], Prompt = Openings[i % Openings.Length], MaxTokens = 28 };
            yield return own;
            yield return own with { Decoder = "sample", SampledCandidates = true, Temperature = 0.7, Seed = 3, Way = "stream" };
            yield return GridBeam with { Constraints = own.Constraints, Prompt = own.Prompt, MaxTokens = 24 };
            yield return Deal with { Constraints = own.Constraints, Heuristics = Rewards[i % Rewards.Length], Prompt = own.Prompt, MaxTokens = 24, Deadline = i % 2 * 8, Beam = 1 + i % 2 };
        }
        yield return GridBeam with { Constraints = Requirements[0], Deadline = 6 };
        yield return GridBeam with { Constraints = Requirements[0], Budget = 250 };
        yield return GridBeam with { Constraints = Requirements[0], MaxTokens = 3 };
    }

    private static IEnumerable<RecordedRequest> Batches()
    {
        RecordedPrompt[] prompts = [new(Openings[0], 0), new(Openings[2], 1), new(Openings[0], 2)];
        yield return Plain with { Way = "batch", Batch = prompts };
        yield return Sampled with { Way = "batch", Batch = prompts };
        yield return BestOf with { Way = "batch", Batch = prompts, Heuristics = Rewards[1], Answers = 2 };
        yield return Deal with { Way = "batch", Batch = prompts, Heuristics = Rewards[0] };
        yield return GridBeam with { Way = "batch", Batch = prompts, Constraints = Requirements[0], Beam = 6 };
    }

    private static IEnumerable<RecordedRequest> Preferences()
    {
        RecordedPreference preference = new()
        {
            Objectives = ["positivity", "brevity"],
            Weights = [0.8, 0.6],
            Conditioner = "line",
            Directions = "grid",
            Count = 5,
            MaxAngle = 30,
            GridStep = 5,
            Seed = 1,
            Answers = 0,
            Halving = false,
            Temperature = null,
        };
        yield return Sampled with { Way = "preference", Preference = preference };
        yield return Sampled with { Way = "preference", Preference = preference with { Directions = "cap", Answers = 8, Temperature = 1.1 } };
        yield return Sampled with { Way = "preference", Preference = preference with { Directions = "symmetric", Count = 4, Answers = 8, Halving = true } };
        yield return Sampled with { Way = "preference", Preference = preference with { Directions = "target", Answers = 4, Objectives = ["positivity", "brevity", "dialogue"], Weights = [1, -0.5, 0.2] } };
        yield return Plain with { Way = "preference", Preference = preference with { Directions = "nearest", Answers = 2 } };
        yield return Deal with { Way = "preference", Heuristics = Rewards[0], Preference = preference with { Directions = "offset", Answers = 2, MaxAngle = 15 }, MaxTokens = 10 };
        yield return BestOf with { Way = "preference", Heuristics = Rewards[1], Answers = 2, Preference = preference with { Count = 3 } };
    }
}
