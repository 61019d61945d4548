using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class AnytimeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GenerateAsync_Budget_IsNeverExceededAndIsSaid()
    {
        var cut = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            await using var model = TableEngine.Model(5, seed);
            var request = Request(seed);
            var whole = await new Decoder(model).GenerateAsync(request, Cancel);
            var budget = new Random(seed).Next(1, 80);

            var result = await new Decoder(model).GenerateAsync(request.With(setup => setup with { Budget = budget }), Cancel);

            Assert.True(result.Statistics.TokenEvaluations <= budget);
            if (whole.Statistics.TokenEvaluations <= budget) Assert.Equal(whole.Answer.Ids, result.Answer.Ids);
            if (result.Answer.FinishReason != FinishReason.Budget) continue;
            cut++;
            Assert.Equal(result.Answers.Max(answer => answer.Score), result.Answer.Score);
        }
        Assert.InRange(cut, 30, 280);
    }

    [Fact]
    public async Task GenerateAsync_EarlyEnd_TakesALiveTextThatRanksAboveTheFinishedOnes()
    {
        var (live, ended) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            await using var model = TableEngine.Model(5, seed);
            var budget = new Random(seed).Next(10, 80);

            var result = await new Decoder(model).GenerateAsync(Request(seed).With(setup => setup with { Budget = budget }), Cancel);

            if (result.Answers.Select(answer => answer.FinishReason == FinishReason.Budget).Distinct().Count() < 2) continue;
            Assert.Equal(result.Answers.Max(answer => answer.Score), result.Answer.Score);
            if (result.Answer.FinishReason == FinishReason.Budget) live++;
            else ended++;
        }
        Assert.True(live > 10 && ended > 10, $"{live} and {ended}");
    }

    [Fact]
    public async Task GenerateAsync_BudgetUnderConstraint_KeepsThePromiseAndTheBudget()
    {
        var cut = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            await using var model = TableEngine.Model(5, seed);
            var count = seed % 4;
            var budget = new Random(seed).Next(1 + count + 1, 60);
            var request = Request(seed);

            var result = await new Decoder(model).GenerateAsync((request with { Constraints = [new AtLeastConstraint(3, count)] }).With(setup => setup with { Budget = budget }), Cancel);

            Assert.True(result.Statistics.TokenEvaluations <= budget, $"{result.Statistics.TokenEvaluations} of {budget}");
            Assert.True(result.Answer.Ids.Count(id => id == 3) >= count);
            if (result.Answer.FinishReason == FinishReason.Budget) cut++;
        }
        Assert.InRange(cut, 60, 380);
    }

    [Fact]
    public async Task GenerateAsync_BudgetTooSmallForTheConstraint_IsRefusedBeforeTheFirstPass()
    {
        using var engine = new TableEngine(5, 1);
        await using var model = new EngineModel(engine, new LetterTokenizer(5));
        var request = Request(1) with { Constraints = [new AtLeastConstraint(3, 4)] };

        var fault = await Assert.ThrowsAsync<UnsatisfiableConstraintException>(() => new Decoder(model).GenerateAsync(request.With(setup => setup with { Budget = 5 }), Cancel));

        Assert.Contains("needs 6 token evaluations, 1 of them for the prompt, and the budget is 5", fault.Message);
        Assert.Equal(0, engine.Passes);
    }

    [Fact]
    public async Task GenerateAsync_Deadline_EndsWithTheBestTextSoFar()
    {
        for (var seconds = 1; seconds < 12; seconds++)
        {
            await using var model = TableEngine.Model(5, 4, ties: false);
            var request = Request(4) with { Constraints = [new AtLeastConstraint(3, 2)] };
            var result = await new Decoder(model, new Ticking()).GenerateAsync(request.With(setup => setup with { Deadline = TimeSpan.FromSeconds(seconds), Savings = SavingsOptions.None }), Cancel);

            Assert.Equal(FinishReason.Deadline, result.Answer.FinishReason);
            Assert.True(result.Answer.Ids.Count(id => id == 3) >= 2);
            Assert.InRange(result.Statistics.BatchedPasses, seconds - 1, seconds + 3);
        }
    }

    private static DecodingRequest Request(int seed) => new DecodingRequest
    {
        Prompt = "a",
        Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'b')))],
    }.With(SearchSetup.Deal(1 + seed % 3, 3, 2) with { MaxTokens = 10 });

    /// <summary>A second passes each time the clock is read.</summary>
    private sealed class Ticking : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now++;
    }
}
