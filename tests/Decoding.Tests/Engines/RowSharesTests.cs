using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Who gets how many rows of each pass.</summary>
public class RowSharesTests
{
    [Fact]
    public void Pass_LongPromptWhileEightDecode_EachDecodesInEveryPassAndThePromptTakesTheRest()
    {
        using var bench = new PassBench(maxRows: 64);
        SessionWork[] decoding = [.. Enumerable.Range(0, 8).Select(_ => bench.Step())];
        var prompt = bench.Prompt(2000);
        var passes = 0;
        for (; !prompt.IsDone; passes++)
        {
            var rows = bench.Pass([.. decoding, prompt]);
            Assert.Equal(Enumerable.Repeat(1, 8), rows[..8]);
            Assert.Equal(Math.Min(56, 2000 - 56 * passes), rows[8]);
            for (var i = 0; i < 8; i++) decoding[i] = bench.Step(decoding[i].Session);
        }
        Assert.Equal(36, passes);
    }

    [Fact]
    public void Pass_PromptsOfOneLength_AreReadOneAfterTheOther()
    {
        using var bench = new PassBench(maxRows: 8);
        SessionWork[] prompts = [.. Enumerable.Range(0, 4).Select(_ => bench.Prompt(10))];
        Assert.Equal([8, 0, 0, 0], bench.Pass(prompts));
        Assert.Equal([2, 6, 0, 0], bench.Pass(prompts));
        Assert.Equal([0, 4, 4, 0], bench.Pass(prompts));
        Assert.Equal([0, 0, 6, 2], bench.Pass(prompts));
        Assert.Equal([0, 0, 0, 8], bench.Pass(prompts));
        Assert.All(prompts, prompt => Assert.True(prompt.Completion.IsCompletedSuccessfully));
    }

    [Fact]
    public void Pass_ShortPromptsBehindALongOne_HaveHalfOfTheRowsAndNoMore()
    {
        using var bench = new PassBench(maxRows: 8);
        var longest = bench.Prompt(40);
        Assert.Equal([8], bench.Pass(longest));
        SessionWork[] shorter = [bench.Prompt(6), bench.Prompt(3), bench.Prompt(3)];
        Assert.Equal([4, 0, 3, 1], bench.Pass([longest, .. shorter]));
        Assert.Equal([4, 2, 0, 2], bench.Pass([longest, .. shorter]));
        Assert.Equal([4, 4, 0, 0], bench.Pass([longest, .. shorter]));
        Assert.Equal([8, 0, 0, 0], bench.Pass([longest, .. shorter]));
    }

    [Fact]
    public void Pass_StepsFillIt_PromptsHaveAQuarterOfTheRowsAllTheSame()
    {
        using var bench = new PassBench(maxRows: 16);
        SessionWork[] steps = [bench.Step(40), bench.Step(40), bench.Step(2)];
        var prompt = bench.Prompt(7);
        Assert.Equal([5, 5, 2, 4], bench.Pass([.. steps, prompt]));
        Assert.Equal([6, 7, 0, 3], bench.Pass([.. steps, prompt]));
        Assert.Equal([8, 8, 0, 0], bench.Pass([.. steps, prompt]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Pass_FewRows_PromptsHaveAQuarterOfAnyFourPasses(int maxRows)
    {
        using var bench = new PassBench(maxRows);
        var (step, prompt) = (bench.Step(100), bench.Prompt(100));
        var rows = Enumerable.Range(0, 16).Select(_ => bench.Pass(step, prompt)).ToArray();
        for (var first = 0; first <= 12; first++)
            Assert.Equal([3 * maxRows, maxRows], [rows[first..(first + 4)].Sum(pass => pass[0]), rows[first..(first + 4)].Sum(pass => pass[1])]);
    }

    [Fact]
    public void Pass_MoreStepsThanRows_ServesEachWithinStepsByRowsPasses()
    {
        using var bench = new PassBench(maxRows: 2);
        SessionWork[] steps = [.. Enumerable.Range(0, 7).Select(_ => bench.Step(9))];
        for (var round = 1; round <= 8; round++)
        {
            // ⌈7 / 2⌉ passes serve each once more
            for (var pass = 0; pass < 4; pass++) bench.Pass();
            Assert.All(steps, step => Assert.True(step.Session.Passes >= round));
        }
    }

    [Fact]
    public void Pass_PromptsOfSeveralPriorities_TheLowestNumberComesFirst()
    {
        using var bench = new PassBench(maxRows: 4);
        SessionWork[] prompts = [bench.Prompt(4, new(5, default)), bench.Prompt(4), bench.Prompt(4, new(-1, default)), bench.Prompt(4)];
        Assert.Equal([0, 0, 4, 0], bench.Pass(prompts));
        Assert.Equal([0, 4, 0, 0], bench.Pass(prompts));
        Assert.Equal([0, 0, 0, 4], bench.Pass(prompts));
        Assert.Equal([4, 0, 0, 0], bench.Pass(prompts));
    }

    [Fact]
    public void Pass_EquallyUrgentPrompts_TheEarliestDeadlineComesFirst()
    {
        using var bench = new PassBench(maxRows: 4);
        SessionWork[] prompts = [bench.Prompt(4), bench.Prompt(4, new(0, TimeSpan.FromSeconds(9))), bench.Prompt(4, new(0, TimeSpan.FromSeconds(5))), bench.Prompt(4, new(1, TimeSpan.FromSeconds(1)))];
        Assert.Equal([0, 0, 4, 0], bench.Pass(prompts));
        Assert.Equal([0, 4, 0, 0], bench.Pass(prompts));
        Assert.Equal([4, 0, 0, 0], bench.Pass(prompts));
        Assert.Equal([0, 0, 0, 4], bench.Pass(prompts));
    }

    [Fact]
    public void Pass_MoreUrgentPromptsKeepComing_TheOldestIsFirstInEveryEighthPass()
    {
        using var bench = new PassBench(maxRows: 4);
        var patient = bench.Prompt(12, new(9, default));
        var served = new List<int>();
        for (var pass = 1; pass <= 32; pass++)
        {
            bench.Prompt(4);
            if (bench.Pass(patient)[0] > 0) served.Add(pass);
        }
        Assert.Equal([8, 16, 24], served);
        Assert.True(patient.IsDone);
    }

    [Fact]
    public void Pass_StepsOfSeveralPriorities_TheLowestNumberTakesItsRowsFirst()
    {
        using var bench = new PassBench(maxRows: 8);
        SessionWork[] steps = [bench.Step(30, new(1, default)), bench.Step(5), bench.Step(30, new(1, default))];
        Assert.Equal([1, 5, 2], bench.Pass(steps));
        Assert.Equal([4, 0, 4], bench.Pass(steps));
    }

    [Fact]
    public void Pass_MoreUrgentStepsFillEachPass_TheOthersHaveEveryEighth()
    {
        using var bench = new PassBench(maxRows: 2);
        var (urgent, patient) = (bench.Step(40, new(-1, default)), bench.Step(40));
        var rows = Enumerable.Range(0, 16).Select(_ => bench.Pass(urgent, patient)).ToArray();
        for (var pass = 1; pass <= 16; pass++) Assert.Equal(pass % 8 == 0 ? [1, 1] : [2, 0], rows[pass - 1]);
    }

    [Fact]
    public void Pass_MoreSessionsThanRows_EarlierDeadlinesAreServedFirst()
    {
        using var bench = new PassBench(maxRows: 1);
        SessionWork[] steps = [bench.Step(), bench.Step(1, new(0, TimeSpan.FromSeconds(9))), bench.Step(1, new(0, TimeSpan.FromSeconds(5)))];
        Assert.Equal([0, 0, 1], bench.Pass(steps));
        Assert.Equal([0, 1, 0], bench.Pass(steps));
        Assert.Equal([1, 0, 0], bench.Pass(steps));
    }

    [Fact]
    public void Pass_PromptCancelledHalfWay_TheNextOneTakesItsRows()
    {
        using var bench = new PassBench(maxRows: 4);
        using var cancel = new CancellationTokenSource();
        SessionWork[] prompts = [bench.Prompt(12, cancellationToken: cancel.Token), bench.Prompt(12)];
        Assert.Equal([4, 0], bench.Pass(prompts));
        cancel.Cancel();
        Assert.Equal([0, 4], bench.Pass(prompts));
        Assert.True(prompts[0].Completion.IsCanceled);
        Assert.Equal([0, 4], bench.Pass(prompts));
        Assert.Equal([0, 4], bench.Pass(prompts));
        Assert.Equal((12, true), (prompts[1].Session.Evaluations, prompts[1].Completion.IsCompletedSuccessfully));
    }
}
