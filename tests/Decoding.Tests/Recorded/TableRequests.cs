namespace DecodeAlign.Tests;

/// <summary>Requests over table models: pairwise over all settings; presets, each with a few settings changed; preferences; mistakes.</summary>
internal static class TableRequests
{
    private const string True = "true", False = "false";

    /// <summary>Every setting but for those that only name things or belong to one way of asking.</summary>
    public static RecordedFactor[] Factors { get; } =
    [
        new("way", "\"generate\"", "\"stream\"", "\"batch\""),
        new("model", "\"ties:10:1\"", "\"smooth:14:2\"", "\"narrow:9:3\"", "\"endless:9:4\"", "\"short:12:5\"", "\"rolling:11:6\"", "\"topmost:13:7\""),
        new("taskInstruction", "\"\"", "\"b\""),
        new("alignmentInstruction", "null", "\"ab\""),
        new("askForAlignment", False, True),
        new("heuristics", "[]", Rewards(("reward:3:0", 1)), Rewards(("reward:0:5", 2)), Rewards(("reward:7:8", 0.5), ("reward:5:0", -1)), Rewards(("reward:6:0", 0.25), ("reward:1:9", 1.5), ("length", 0)),
            Rewards(("carried", 3)), Rewards(("asking", 1), ("reward:4:0", 2))),
        new("constraints", "[]", "[\"at-least:3:2\"]", "[\"at-least:3:1\",\"at-least:2:1\"]"),
        new("traced", False, True),
        new("stopAtStep", "0", "4"),
        new("deadline", "0", "5"),
        new("beam", "1", "2", "4"),
        new("candidates", "1", "3", "6"),
        new("lookahead", "0", "2", "5"),
        new("lambda", "0", "1", "2.5", "-0.75"),
        new("maxTokens", "6", "14"),
        new("sampledCandidates", False, True),
        new("sampledLookahead", False, True),
        new("temperature", "1", "0.7"),
        new("topK", "0", "4"),
        new("topP", "1", "0.9"),
        new("minP", "0", "0.05"),
        new("repetitionPenalty", "1", "1.3"),
        new("presencePenalty", "0", "0.5"),
        new("lengthExponent", "0", "1", "0.6"),
        new("answers", "1", "3"),
        new("selectedByHeuristics", False, True),
        new("stopSequences", "[]", "[\"ab\",\"bca\"]"),
        new("seed", "0", "18446744073709551615"),
        new("reuse", True, False),
        new("prune", True, False),
        new("settle", True, False),
        new("finish", True, False),
        new("pipeline", "0", "1", "4"),
        new("segmentLength", "1", "3"),
        new("lookaheadEntropy", "0", "1.2"),
        new("halveLookaheads", False, True),
        new("suggestions", "0", "2"),
        new("banks", False, True),
        new("noRepeat", "0", "2"),
        new("budget", "0", "60"),
    ];

    public static RecordedRequest Plain { get; } = new()
    {
        Way = "generate",
        Model = "smooth:8:2",
        LookaheadModel = null,
        Prompt = "ab",
        TaskInstruction = "",
        AlignmentInstruction = null,
        AskForAlignment = false,
        Batch = [new("ab", 0), new("b", 0), new("ab", 2)],
        Heuristics = [],
        Constraints = [],
        Traced = false,
        StopAtStep = 0,
        Deadline = 0,
        Decoder = "recorded",
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

    /// <summary>The presets as they are when this is written.</summary>
    public static RecordedRequest[] Presets { get; } =
    [
        Plain with { Decoder = "greedy" },
        Plain with { Decoder = "sample", SampledCandidates = true },
        Plain with { Decoder = "beam", Beam = 4, Candidates = 4 },
        Plain with { Decoder = "grid-beam", Beam = 32, Candidates = 6, Suggestions = 4, Banks = true, NoRepeat = 3, LengthExponent = 1, Constraints = ["at-least:3:2", "at-least:5:1"] },
        Plain with { Decoder = "deal", Candidates = 8, Lookahead = 32, Lambda = 1, Heuristics = [new("reward:3:0", 1)] },
        Plain with { Decoder = "best-of", SampledCandidates = true, Answers = 8, Lambda = 1, Heuristics = [new("reward:0:5", 1)] },
        Plain with { Decoder = "sample", SampledCandidates = true, Temperature = 0.7, TopP = 0.9, RepetitionPenalty = 1.1 },
    ];

    public static async Task<List<RecordedRequest>> MakeAsync(Func<RecordedRequest, Task<bool>> answered)
    {
        var random = new Random(20260101);
        var requests = new List<RecordedRequest>();
        foreach (var second in new[] { false, true, false })
            foreach (var row in await CoveringArray.BuildAsync(Plain, Factors, random, row => Mend(row, random), request => answered(WithLookahead(request, second)))) requests.Add(WithLookahead(row, second));
        foreach (var preset in Presets)
            for (var i = 0; i < 24; i++) requests.Add(i == 0 ? preset : Varied(preset, i, random));
        requests.AddRange(Preferences(random));
        requests.AddRange(Mistakes());
        return requests;
    }

    // what a row would be refused for: one side of it, either one, gives way
    private static void Mend(int[] row, Random random)
    {
        var (model, constraints, stops) = (At("model"), At("constraints"), At("stopSequences"));
        if (row[constraints] > 0 && row[stops] > 0) row[random.Next(2) == 0 ? constraints : stops] = 0;
        if (!Factors[model].Levels[row[model]].Contains("topmost", StringComparison.Ordinal)) return;
        string[] needy = ["sampledCandidates", "repetitionPenalty", "presencePenalty", "lookaheadEntropy"];
        if (random.Next(3) == 0) row[model] = random.Next(row[model]);
        else foreach (var setting in needy) row[At(setting)] = 0;

        static int At(string setting) => Array.FindIndex(Factors, factor => factor.Setting == setting);
    }

    // a table of the same letters, by another seed
    private static RecordedRequest WithLookahead(RecordedRequest request, bool second) =>
        !second ? request : request with { LookaheadModel = $"smooth:{request.Model.Split(':')[1]}:99" };

    private static readonly string[] Tables = ["smooth:17", "ties:12", "endless:9", "ties:8", "smooth:12"];

    private static RecordedRequest Varied(RecordedRequest preset, int number, Random random)
    {
        RecordedFactor[] some = [.. Enumerable.Range(0, number % 4).Select(_ => Factors[random.Next(Factors.Length)])];
        var request = preset with { Model = $"{Tables[number % Tables.Length]}:{number + 20}", Seed = (ulong)number, Heuristics = preset.Heuristics.Count > 0 && number % 3 == 0 ? [new("carried", 4)] : preset.Heuristics };
        return CoveringArray.With(request, some, [.. some.Select(factor => random.Next(factor.Levels.Length))]);
    }

    private static IEnumerable<RecordedRequest> Preferences(Random random)
    {
        foreach (var directions in new[] { "grid", "cap", "symmetric", "target", "nearest", "offset" })
            foreach (var inner in Presets)
            {
                var halving = random.Next(2) == 0;
                yield return inner with
                {
                    Way = "preference",
                    Model = $"smooth:8:{random.Next(40, 60)}",
                    MaxTokens = 8,
                    Seed = (ulong)random.Next(),
                    Preference = new()
                    {
                        Objectives = ["length", "letters"],
                        Weights = [random.Next(-2, 3) / 2.0, 1],
                        Conditioner = "letters",
                        Directions = directions,
                        Count = 4,
                        MaxAngle = 30,
                        GridStep = 5,
                        Seed = 3,
                        Answers = halving ? 8 : random.Next(2) * 6,
                        Halving = halving,
                        Temperature = random.Next(2) == 0 ? null : 0.6,
                    },
                };
            }
    }

    private static IEnumerable<RecordedRequest> Mistakes() =>
    [
        Plain with { Beam = 0 },
        Plain with { Candidates = 0 },
        Plain with { StopSequences = [""] },
        Plain with { Temperature = 0 },
        Plain with { TopP = 1.5 },
        Plain with { Pipeline = 257 },
        Plain with { Prompt = "" },
        Plain with { Prompt = new string('a', 64) },
        Plain with { StopSequences = ["ab"], Constraints = ["at-least:3:1"] },
        Plain with { Constraints = ["at-least:3:16"] },
        Plain with { Constraints = ["at-least:3:4"], Budget = 5 },
        Plain with { Heuristics = [new("failing", 1)], Lambda = 1 },
        Plain with { Model = "topmost:13:7", SampledCandidates = true },
        Plain with { Model = "topmost:13:7", RepetitionPenalty = 1.3 },
        Plain with { Model = "topmost:13:7", PresencePenalty = 0.5 },
        Plain with { Model = "topmost:13:7", LookaheadEntropy = 1.2 },
        Plain with { LookaheadModel = "smooth:6:1" },
        Plain with { Way = "batch", Batch = [] },
        Plain with { Way = "batch", Batch = [new("a", -1)] },
    ];

    private static string Rewards(params (string Kind, double Weight)[] rewards) =>
        System.Text.Json.JsonSerializer.Serialize(rewards.Select(reward => new RecordedHeuristic(reward.Kind, reward.Weight)), Recording.Json);
}
