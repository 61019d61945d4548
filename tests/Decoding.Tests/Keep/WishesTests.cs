using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>What heuristics suggest and how far a text has come toward what they prefer; and the beam where none ranks.</summary>
public class WishesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GenerateAsync_GridBeamWithAWish_FindsWhatTheModelWouldNotWrite()
    {
        var (found, without) = (0, 0);
        for (var seed = 0; seed < 30; seed++)
        {
            using var engine = new TableEngine(9, seed, ties: false, ends: false);
            await using var model = new EngineModel(engine, new LetterTokenizer(9));
            async Task<bool> Has(double weight, int suggestions)
            {
                var request = new DecodingRequest { Prompt = "a", Heuristics = [new(new Wish(7), weight)], Decoder = Decoders.GridBeam(4, 2, suggestions) with { Rank = new() { Lambda = 50 } }, MaxTokens = 6 };
                return (await new Decoder(model).GenerateAsync(request, Cancel)).Answer.Ids.Contains(7);
            }

            Assert.True(await Has(1, 1));
            found++;
            if (await Has(1, 0)) without++;
            // who is told to avoid it suggests nothing
            Assert.False(await Has(-1, 1));
        }
        Assert.True(without < found, "the model would have written it anyway");
    }

    [Fact]
    public async Task GenerateAsync_DealWithoutHeuristics_KeepsOneTextAndWithThemEight()
    {
        using var engine = new TableEngine(9, 5, ties: false, ends: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(9));
        var plain = new DecodingRequest { Prompt = "a", MaxTokens = 6 };
        var ranked = plain with { Heuristics = [new(new Wish(7))] };
        async Task<long> Evaluations(DecodingRequest request) => (await new Decoder(model).GenerateAsync(request, Cancel)).Statistics.TokenEvaluations;

        Assert.Equal(await Evaluations(plain with { Decoder = Decoders.Deal(beam: 1) }), await Evaluations(plain));
        Assert.Equal(await Evaluations(ranked with { Decoder = Decoders.Deal(beam: 8) }), await Evaluations(ranked));
        Assert.True(await Evaluations(ranked) > 2 * await Evaluations(plain));
        // a beam that is asked for is kept
        Assert.True(await Evaluations(plain with { Decoder = Decoders.Deal(beam: 8) }) > 2 * await Evaluations(plain));
    }

    /// <summary>Wishes for one token, and suggests it.</summary>
    private sealed class Wish(int token) : IHeuristic
    {
        public string Name => "wish";

        public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) => new(new Session(token, context));

        private sealed class Session(int token, GenerationContext context) : IHeuristicSession
        {
            public ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
            {
                for (var i = 0; i < requests.Length; i++) values.Span[i] = Progress(requests.Span[i].Node);
                return ValueTask.CompletedTask;
            }

            public int Progress(int node) => context.Tree.Path(context.Root, node).Contains(token) ? 1 : 0;

            public void Suggest(int node, ICollection<int> tokens) => tokens.Add(token);

            public void Dispose()
            {
            }
        }
    }
}
