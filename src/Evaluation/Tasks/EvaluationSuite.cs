namespace DecodeAlign.Evaluation;

/// <summary>Tasks, decoders, budgets and numbers of prompts that go together under a name. Immutable.</summary>
public sealed record EvaluationSuite
{
    private static readonly IReadOnlyList<string> Placing = ["required", "keywords"];

    private static readonly IReadOnlyList<ComparedDecoder> Decoders =
    [
        new("sample", DecoderRole.Reference),
        new("greedy", DecoderRole.Reference),
        new("best-of:answers=fit,temperature=1,chooseBy=heuristics", DecoderRole.Baseline),
        new("best-of:answers=fit,temperature=0.6,chooseBy=heuristics", DecoderRole.Baseline),
        new("deal:candidates=fit", DecoderRole.Search),
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
            Compared = [.. Decoders, new("grid-beam:beam=fit", DecoderRole.Search, Placing)],
        },
        new()
        {
            Name = "full", Summary = "Every task, three budgets, 200 prompts to tune on and 1,000 for the claim.", Tasks = [.. TaskCatalogue.All.Select(task => task.Name)], Budgets = [300, 1000, 3000], Dev = 200, Test = 1000,
            Compared =
            [
                .. Decoders,
                new("best-of:answers=fit,temperature=0.8,chooseBy=heuristics", DecoderRole.Baseline),
                new("best-of:answers=fit,temperature=0.6,lambda=10,chooseBy=score", DecoderRole.Baseline),
                new("best-of:answers=fit,topP=0.9,temperature=1,chooseBy=heuristics", DecoderRole.Baseline),
                new("deal:lookahead=8,candidates=fit,noRepeat=3", DecoderRole.Search),
                new("deal:candidates=fit,noRepeat=3,lambda=10", DecoderRole.Search),
                new("grid-beam:beam=fit", DecoderRole.Search, Placing),
            ],
        },
    ];

    /// <summary>A suite by name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static EvaluationSuite Get(string name) => All.FirstOrDefault(suite => suite.Name == name) ?? throw new ArgumentException($"there is no suite '{name}'; there are {string.Join(", ", All.Select(suite => suite.Name))}", nameof(name));
}
