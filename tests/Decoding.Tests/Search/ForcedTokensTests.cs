using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Text that a constraint forces takes one pass, and nothing else changes.</summary>
public class ForcedTokensTests
{
    private const int Letters = 6;

    private static readonly SavingsOptions Without = SavingsOptions.All with { Forced = false };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Ways => ["greedy", "sample", "beam", "wide beam", "answers", "deal", "deal, beam 2", "diverse", "particles", "uncertain", "deal, answers", "beam, answers"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task GenerateAsync_ForcedTogether_IsTheSameInFewerPasses(string decoder)
    {
        var (saved, without, off) = (0L, 0L, decoder is "diverse" or "particles" or "deal, beam 2" or "deal, answers" or "beam, answers");
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var request = Request(decoder, random) with { Constraints = [Template.Random(random)] };
            var expected = await RunAsync(request with { Savings = Without }, seed);
            var result = await RunAsync(request, seed);

            Assert.Equal(expected.Answers.Select(Words), result.Answers.Select(Words));
            Assert.Equal(expected.Statistics.TokenEvaluations, result.Statistics.TokenEvaluations);
            Assert.InRange(result.Statistics.PeakKvBytes, 1, expected.Statistics.PeakKvBytes);
            Assert.InRange(result.Statistics.BatchedPasses, 1, expected.Statistics.BatchedPasses);
            saved += result.Statistics.BatchedPasses;
            without += expected.Statistics.BatchedPasses;
            var told = result.Savings.Single(saving => saving.Name == "forced");
            Assert.Equal(!off, told.Active);
            if (told.Active && decoder is "greedy" or "sample" or "deal" or "uncertain") Assert.StartsWith($"{expected.Statistics.BatchedPasses - result.Statistics.BatchedPasses} token", told.Note, StringComparison.Ordinal);
        }
        if (off) Assert.Equal(without, saved);
        else Assert.InRange(saved, 1, without * 0.9);
    }

    [Fact]
    public async Task GenerateAsync_OneTextAlone_TakesOnePass()
    {
        await using var model = TableEngine.Model(Letters, 1);
        var request = new DecodingRequest { Prompt = "ab", Constraints = [new Template([[1], [2], [3], [1], [0]])] }.With(SearchSetup.Greedy with { MaxTokens = 9 });
        var result = await new Decoder(model).GenerateAsync(request, Cancel);
        var expected = await new Decoder(model).GenerateAsync(request with { Savings = SavingsOptions.None }, Cancel);
        Assert.Equal([1, 2, 3, 1, 0], result.Answer.Ids);
        Assert.Equal([0, 1, 2, 3, 4], result.Answer.Forced);
        Assert.Equal(FinishReason.Constraint, result.Answer.FinishReason);
        Assert.Equal(expected.Answer.LogProbability, result.Answer.LogProbability);
        Assert.Equal((1, 5), (result.Statistics.BatchedPasses, expected.Statistics.BatchedPasses));
        Assert.Equal("4 tokens read in the pass of a forced one before", result.Savings.Single(saving => saving.Name == "forced").Note);
    }

    [Fact]
    public async Task GenerateAsync_LimitInsideForcedText_ReadsNothingPastIt()
    {
        await using var model = TableEngine.Model(Letters, 1);
        var request = new DecodingRequest { Prompt = "ab", Constraints = [new Template([[1], [2], [3], [1], [0]]) { MayEndAnywhere = true }] }.With(SearchSetup.Greedy with { MaxTokens = 3 });
        var result = await new Decoder(model).GenerateAsync(request, Cancel);
        Assert.Equal([1, 2, 3], result.Answer.Ids);
        Assert.Equal((1, 4), (result.Statistics.BatchedPasses, result.Statistics.TokenEvaluations));
    }

    [Fact]
    public async Task GenerateAsync_Trace_IsTheSame()
    {
        await using var model = TableEngine.Model(Letters, 4);
        var request = new DecodingRequest { Prompt = "ab", Constraints = [new Template([[1], [2], [3, 4], [1], [2], [0]])] }.With(SearchSetup.BeamSearch(2) with { MaxTokens = 9 });
        Assert.Equal(await TraceAsync(Without), await TraceAsync(SavingsOptions.All));

        async Task<string> TraceAsync(SavingsOptions savings)
        {
            var trace = new TraceRecorder();
            await new Decoder(model).GenerateAsync(request with { Savings = savings, Trace = trace }, Cancel);
            return JsonSerializer.Serialize(trace.Steps);
        }
    }

    [Fact]
    public async Task GenerateAsync_ConditionDoesNotHold_IsOffAndSaysWhy()
    {
        await using var model = TableEngine.Model(Letters, 1);
        var request = new DecodingRequest { Prompt = "ab" }.With(SearchSetup.Greedy with { MaxTokens = 9 });
        Assert.Equal("there is no constraint", await NoteAsync(request));
        request = request with { Budget = 100, Constraints = [new Template([[1], [2], [0]])] };
        Assert.Equal("a budget is asked about before each token", await NoteAsync(request));
        Assert.Equal("switched off", await NoteAsync(request with { Savings = Without }));
        Assert.Equal("which of several hypotheses go on is not told by who may", await NoteAsync(request with { Budget = 0, Decoder = Decoders.GridBeam(4) }));

        async Task<string> NoteAsync(DecodingRequest asked)
        {
            var saving = (await new Decoder(model).GenerateAsync(asked, Cancel)).Savings.Single(saving => saving.Name == "forced");
            Assert.False(saving.Active);
            return saving.Note;
        }
    }

    // what a model has kept of an earlier request would make the next one cheaper
    private static async Task<DecodingResult> RunAsync(DecodingRequest request, int seed)
    {
        await using var model = TableEngine.Model(Letters, seed, ties: seed % 2 == 0);
        return await new Decoder(model).GenerateAsync(request, Cancel);
    }

    private static string Words(Answer answer) =>
        $"{string.Join(',', answer.Ids)} {answer.FinishReason} {answer.LogProbability:R} {answer.Score:R} forced {string.Join(',', answer.Forced)} lost {string.Join(',', answer.MaskLoss ?? [])}";

    private static DecodingRequest Request(string decoder, Random random)
    {
        var request = new DecodingRequest { Prompt = "ab", Seed = (ulong)random.Next(), Heuristics = [new(new TextHeuristic((text, _) => text.Count(letter => letter == 'c')))] };
        var deal = SearchSetup.Deal(1, 3, lookahead: 3, lambda: 2) with { Seed = request.Seed };
        var setup = decoder switch
        {
            "greedy" or "sample" or "answers" or "diverse" or "particles" or "uncertain" => SearchSetup.Greedy,
            "beam" or "beam, answers" => SearchSetup.BeamSearch(2),
            "wide beam" => SearchSetup.BeamSearch(5),
            "deal" or "deal, answers" => deal,
            _ => deal with { Beam = 2 },
        };
        request = request.With(setup with { Seed = request.Seed, MaxTokens = 14, Savings = SavingsOptions.All });
        return decoder switch
        {
            "sample" => request with { Decoder = request.Decoder with { Proposal = new SampledTokens(1) } },
            "answers" => request with { Decoder = Decoders.BestOf(3) },
            "deal, answers" or "beam, answers" => request with { Decoder = request.Decoder with { Selection = new BestOf(2) } },
            "diverse" => request with { Decoder = request.Decoder with { Proposal = new TopTokens(4), Keep = new KeepDiverse { Beam = 4 } } },
            "particles" => request with { Decoder = request.Decoder with { Proposal = new SampledTokens(1), Keep = new KeepParticles { Beam = 3 } } },
            "uncertain" => request with { Decoder = request.Decoder with { Proposal = new TopTokens(3).WhereUncertain(0.5) } },
            _ => request,
        };
    }

    /// <summary>The tokens that may stand at each place, whatever stood before; the last place is the end's. Where tokens lead on, the places after differ by them.</summary>
    private sealed class Template(int[][] places) : IConstraint
    {
        public string Name => "template";

        public bool MayEndAnywhere { get; init; }

        public static Template Random(Random random) =>
            new([.. Enumerable.Range(0, random.Next(3, 12)).Select(_ => random.Next(3) > 0 ? (int[])[random.Next(1, Letters)] : [.. Enumerable.Range(1, Letters - 1).Where(_ => random.Next(2) == 0).DefaultIfEmpty(1)]), [0]]);

        public IConstraintSession Open(GenerationContext context) => new Session(this, places, context);

        private sealed class Session(Template template, int[][] places, GenerationContext context) : IConstraintSession
        {
            public int TokensNeeded(int node) => template.MayEndAnywhere ? 0 : places.Length - Depth(node);

            public bool Accepts(int node) => template.MayEndAnywhere || Depth(node) == places.Length - 1;

            public bool Restrict(int node, int tokensLeft, TokenMask allowed)
            {
                var place = places[Depth(node)];
                // an odd sum of what stood before forbids the lowest token where others are left
                var odd = place.Length > 1 && context.Tree.Path(context.Root, node).Sum() % 2 == 1;
                for (var token = 0; token < allowed.VocabularySize; token++)
                    if (!place.Skip(odd ? 1 : 0).Contains(token)) allowed[token] = false;
                return true;
            }

            public void Dispose()
            {
            }

            private int Depth(int node) => context.Tree.Depth(node) - context.Tree.Depth(context.Root);
        }
    }
}
