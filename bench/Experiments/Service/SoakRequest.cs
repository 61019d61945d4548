using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Experiments;

/// <summary>The requests of the soak.</summary>
internal static class SoakRequest
{
    /// <summary>Number of kinds.</summary>
    public const int Kinds = 8;

    /// <summary>Number of variants of each kind.</summary>
    public const int Variants = 4;

    private const string Beginning = "The children sat by the fire, and the old woman told them what had happened in the forest that winter.";
    private static readonly string[] Prompts = ["Once upon a time", Beginning + " There was a fox", Beginning + " There was a river", "One day a little girl"];

    /// <summary>An undisturbed request. It carries heuristics that tell of its token tree.</summary>
    /// <param name="kind">Below <see cref="Kinds"/>.</param>
    /// <param name="variant">Below <see cref="Variants"/>.</param>
    /// <param name="model">The model, which some kinds reward by too.</param>
    /// <param name="watch">Hears of the tree.</param>
    public static DecodingRequest Plain(int kind, int variant, ILanguageModel model, Action<TokenTree> watch)
    {
        var decoder = kind switch
        {
            0 => Decoders.Greedy,
            2 => Decoders.Beam(3),
            3 => Decoders.Deal(1 + variant % 2, 4, 4, 5),
            6 or 7 => Decoders.Deal(1 + variant % 2, 3, 3, 1),
            4 => Decoders.BestOf(3),
            _ => Decoders.Sample(),
        };
        return new()
        {
            Prompt = Prompts[variant],
            Decoder = decoder,
            MaxTokens = 12 + 4 * variant,
            Seed = (ulong)(kind >= 5 ? 7 + variant : variant),
            Heuristics = [new(new KeywordCoverage([Keyword.Of("bird"), Keyword.Of("tree")])), new(new WatchedHeuristic(watch, -1)), .. Rewards(kind, model)],
            Constraints = kind == 5 ? [new RequiredPhrases([Keyword.Of("bird")])] : [],
        };
    }

    // on the search's own tree, and after another beginning: a request then holds two or three sessions of one model
    private static WeightedHeuristic[] Rewards(int kind, ILanguageModel model) => kind switch
    {
        6 => [new(new Likelihood(model), 0.5)],
        7 => [new(new WeightedSum((new Likelihood(model), 0.5), (new Likelihood(model, prompt => new("A story. " + prompt)), -0.5)))],
        _ => [],
    };

    public static DecodingRequest WithDeadline(DecodingRequest request, TimeSpan deadline) => request with { Deadline = deadline };

    /// <summary>The same with a heuristic that throws, or gives no number, at one of its calls.</summary>
    public static DecodingRequest WithFailingHeuristic(DecodingRequest request, int call) =>
        request with { Heuristics = [.. request.Heuristics, new(new WatchedHeuristic(_ => { }, call))], Decoder = Decoders.Deal(1, 3, 2), MaxTokens = 20, Savings = SavingsOptions.None };

    /// <summary>Worth nothing; tells of the tree, and fails at one of its calls where that is not −1.</summary>
    private sealed class WatchedHeuristic(Action<TokenTree> watch, int failingCall) : IHeuristic
    {
        public string Name => "watched";

        public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default)
        {
            watch(context.Tree);
            return new(new Session(failingCall));
        }

        private sealed class Session(int failingCall) : IHeuristicSession
        {
            private int _calls;

            public async ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
            {
                await Task.Yield();
                values.Span.Clear();
                if (_calls++ != failingCall) return;
                if (failingCall % 2 == 0) throw new TimeoutException("the reward service is away");
                values.Span[0] = double.NaN;
            }

            public HeuristicBounds Bounds(int node, int tokensLeft) => failingCall < 0 ? new(0, 0) : HeuristicBounds.Unbounded;

            public void Dispose()
            {
            }
        }
    }
}
