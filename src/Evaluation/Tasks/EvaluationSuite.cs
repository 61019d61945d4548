namespace DecodeAlign.Evaluation;

/// <summary>Tasks, decoders, budgets and numbers of prompts that go together under a name. Immutable.</summary>
public sealed record EvaluationSuite
{
    private static readonly IReadOnlyList<string> Placing = ["required", "keywords"], Rewarded = ["sentiment", "brevity", "dialogue", "vividness"], Counted = ["keywords", "required", "length"];

    private static readonly IReadOnlyList<ComparedDecoder> Decoders =
    [
        new("sample", DecoderRole.Reference),
        new("greedy", DecoderRole.Reference),
        new("best-of:answers=fit,temperature=1,chooseBy=heuristics", DecoderRole.Baseline),
        new("best-of:answers=fit,temperature=0.6,chooseBy=heuristics", DecoderRole.Baseline),
    ];

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Tasks by name.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>What is compared.</summary>
    public required IReadOnlyList<ComparedDecoder> Compared { get; init; }

    /// <summary>Token evaluations a text.</summary>
    public required IReadOnlyList<long> Budgets { get; init; }

    /// <summary>Dev prompts a task.</summary>
    public required int Dev { get; init; }

    /// <summary>Test prompts a task.</summary>
    public required int Test { get; init; }

    /// <summary>All suites.</summary>
    public static IReadOnlyList<EvaluationSuite> All { get; } =
    [
        new()
        {
            Name = "quick", Summary = "Every task, few prompts: what the report looks like, in minutes.", Tasks = [.. TaskCatalogue.All.Select(task => task.Name)], Budgets = [600], Dev = 30, Test = 30,
            Compared = [.. Decoders, new("deal:beam=fit", DecoderRole.Search), new("grid-beam:beam=fit", DecoderRole.Search, Placing)],
        },
        new()
        {
            Name = "full", Summary = "Every task, 100 prompts to tune on and 1,000 for the claim.", Tasks = [.. TaskCatalogue.All.Select(task => task.Name)], Budgets = [300], Dev = 100, Test = 1000,
            Compared =
            [
                .. Decoders,
                new("best-of:answers=fit,temperature=0.4,chooseBy=heuristics", DecoderRole.Baseline),
                new("best-of:answers=fit,temperature=0.8,chooseBy=heuristics", DecoderRole.Baseline),
                new("best-of:answers=fit,temperature=0.6,chooseBy=heuristics,noRepeat=3", DecoderRole.Baseline),
                new("best-of:answers=fit,temperature=0.6,chooseBy=score,lambda=10,noRepeat=3", DecoderRole.Baseline),
                new("deal:beam=1,candidates=fit,lookahead=8,lambda=3", DecoderRole.Search, Rewarded),
                new("deal:beam=fit,candidates=12,lookahead=0,lambda=4", DecoderRole.Search, Rewarded),
                new("deal:beam=fit,candidates=24,lookahead=0,lambda=12", DecoderRole.Search, Rewarded),
                new("deal:beam=fit,candidates=24,lookahead=0,lambda=30", DecoderRole.Search, Rewarded),
                new("deal:beam=fit,candidates=48,lookahead=0,lambda=100", DecoderRole.Search, Rewarded),
                new("deal:beam=fit,candidates=24,lookahead=0,lambda=10", DecoderRole.Search, Counted),
                new("deal:beam=fit,candidates=48,lookahead=0,lambda=30", DecoderRole.Search, Counted),
                new("grid-beam:beam=fit", DecoderRole.Search, Placing),
                new("grid-beam:beam=fit,lambda=1", DecoderRole.Search, Placing),
            ],
        },
    ];

    /// <summary>A suite by name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static EvaluationSuite Get(string name) => All.FirstOrDefault(suite => suite.Name == name) ?? throw new ArgumentException($"there is no suite '{name}'; there are {string.Join(", ", All.Select(suite => suite.Name))}", nameof(name));
}
