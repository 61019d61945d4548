using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Table models, and rewards and constraints over their letters. What a name tells after colons are numbers.</summary>
internal sealed class TableParts : IRecordedParts
{
    private readonly Dictionary<string, ILanguageModel> _models = [];

    public ILanguageModel Model(string kind)
    {
        if (!_models.TryGetValue(kind, out var model)) _models[kind] = model = Make(kind);
        return model;
    }

    public IHeuristic Heuristic(string kind)
    {
        var (name, numbers) = Split(kind);
        return name switch
        {
            // the kinds of TestReward: unbounded, bounded, counts, settled by the first letter, bounded on one side, known in passing
            "reward" => new ReachHeuristic(TestReward.Random(new Always(numbers[0]), numbers[1])),
            "length" => new TextHeuristic((text, _) => text.Length),
            "letters" => new TextHeuristic((text, _) => text.Count(c => c == 'a'), name: kind),
            "asking" => new TextHeuristic((text, ended) => text.Length % 3 + (ended ? 0.5 : 0), new HeuristicBounds(0, 2.5)) { AlignmentInstruction = "ba" },
            "carried" => new Carried(),
            "failing" => new TextHeuristic((text, _) => text.Length > 3 ? double.NaN : 0, name: "failing"),
            _ => throw new InvalidOperationException($"no heuristic '{kind}'"),
        };
    }

    public IConstraint Constraint(string kind)
    {
        var (name, numbers) = Split(kind);
        return name == "at-least" ? new AtLeastConstraint(numbers[0], numbers[1]) : throw new InvalidOperationException($"no constraint '{kind}'");
    }

    // the direction as letters before the prompt, so that directions differ to a table model
    public IPreferenceConditioner Conditioner(string kind) =>
        PreferenceConditioner.From(kind, (prompt, direction) => prompt + string.Concat(direction.Weights.Select(weight => (char)('a' + (int)Math.Round(Math.Abs(weight) * 4)))));

    public async ValueTask DisposeAsync()
    {
        foreach (var model in _models.Values) await model.DisposeAsync();
    }

    private static ILanguageModel Make(string kind)
    {
        var (name, numbers) = Split(kind);
        var (vocabulary, seed) = (numbers[0], numbers[1]);
        return name switch
        {
            "ties" => Over(new(vocabulary, seed)),
            "smooth" => Over(new(vocabulary, seed, ties: false)),
            "narrow" => Over(new(vocabulary, seed, maxRows: 3)),
            "endless" => Over(new(vocabulary, seed, ties: false, ends: false)),
            "short" => Over(new(vocabulary, seed, contextLength: 11, ties: false)),
            "rolling" => new RolloutModel(new(vocabulary, seed, ties: false), vocabulary),
            "topmost" => new WithoutDistribution(Over(new(vocabulary, seed, ties: false))),
            _ => throw new InvalidOperationException($"no model '{kind}'"),
        };

        EngineModel Over(TableEngine engine) => new(engine, new LetterTokenizer(vocabulary));
    }

    private static (string Name, int[] Numbers) Split(string kind)
    {
        var parts = kind.Split(':');
        return (parts[0], [.. parts[1..].Select(int.Parse)]);
    }

    private sealed class Always(int value) : Random
    {
        public override int Next(int maxValue) => value;
    }

    /// <summary>A reward that carries a state, so that it is known in passing at no cost.</summary>
    private sealed class Carried : Heuristic<int>
    {
        public override string Name => "carried";

        protected override int Begin(GenerationContext context) => 0;

        protected override int Advance(int state, int token, ReadOnlySpan<byte> bytes) => state * 31 % 101 + token;

        protected override double Score(int state, bool ended) => state % 7 / 7.0;
    }

    /// <summary>A model of which only the most likely and named tokens can be read.</summary>
    private sealed class WithoutDistribution(ILanguageModel inner) : ILanguageModel
    {
        public ModelFacts Facts { get; } = inner.Facts with { Name = "topmost", Capabilities = ModelCapabilities.NamedTokens | ModelCapabilities.Masks };

        public ITokenizer Tokenizer => inner.Tokenizer;

        public ValueTask<IModelSession> OpenAsync(TokenTree tree, int maxNodes, CancellationToken cancellationToken = default) => inner.OpenAsync(tree, maxNodes, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
