using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Passes that begin and finish apart, so that the host works while the device does.</summary>
public class PassUnderWayTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task GenerateAsync_PassesApart_TextsScoresAndWorkAreThoseOfWholePasses()
    {
        using var whole = new TableEngine(6, 3, maxRows: 7, contextLength: 1000, ties: false);
        using var apart = new ApartEngine(maxRows: 7, seed: 3, ties: false);
        await using var wholeModel = new EngineModel(whole, new LetterTokenizer(6));
        await using var apartModel = apart.Model();
        var alone = new List<DecodingResult>();
        foreach (var request in Requests()) alone.Add(await new Decoder(wholeModel).GenerateAsync(request, TestContext.Current.CancellationToken));
        var inTurn = new List<DecodingResult>();
        foreach (var request in Requests()) inTurn.Add(await new Decoder(apartModel).GenerateAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal((whole.Passes, whole.Rows), (apartModel.Statistics.Passes, apartModel.Statistics.Rows));

        var together = await Task.WhenAll(Requests().Select(request => new Decoder(apartModel).GenerateAsync(request, TestContext.Current.CancellationToken)));

        foreach (var results in new IReadOnlyList<DecodingResult>[] { inTurn, together })
        {
            Assert.Equal(alone.Select(r => r.Text), results.Select(r => r.Text));
            Assert.Equal(alone.Select(r => r.Answer.Score), results.Select(r => r.Answer.Score));
            Assert.Equal(alone.Select(r => r.Answer.LogProbability), results.Select(r => r.Answer.LogProbability));
            Assert.Equal(alone.Select(r => r.Statistics.TokenEvaluations), results.Select(r => r.Statistics.TokenEvaluations));
        }
    }

    [Fact]
    public async Task Prompt_OfSeveralPasses_EachBeginsBeforeTheOneBeforeItFinishes()
    {
        using var engine = new ApartEngine(maxRows: 4);
        await using var model = engine.Model();
        await using var work = await EngineWork.StartAsync(model, [.. Enumerable.Repeat(1, 14)]);
        await work.Task.WaitAsync(Long, TestContext.Current.CancellationToken);
        Assert.Equal(["begin 1", "begin 2", "finish 1", "begin 3", "finish 2", "begin 4", "finish 3", "finish 4"], engine.Events);
        Assert.Equal((14, 4), (work.Session.Statistics.TokenEvaluations, work.Session.Statistics.BatchedPasses));
    }

    [Fact]
    public async Task Pass_OfAnotherSession_BeginsWhileTheDeviceComputes()
    {
        using var engine = new ApartEngine();
        await using var model = engine.Model();
        using var secondBegan = new ManualResetEventSlim();
        Task<EngineWork>? second = null;
        engine.OnBegin = number =>
        {
            if (number == 1) second = EngineWork.StartAsync(model, [2, 3]);
            else secondBegan.Set();
        };
        // the device is not done before the host has begun what came meanwhile
        engine.OnFinish = _ => Assert.True(secondBegan.Wait(Long), "the host did nothing while the device computed");

        await using var first = await EngineWork.StartAsync(model, [1, 2]);
        await first.Task.WaitAsync(Long, TestContext.Current.CancellationToken);
        await using var other = await second!;
        await other.Task.WaitAsync(Long, TestContext.Current.CancellationToken);

        Assert.Equal(["begin 1", "begin 2", "finish 1", "finish 2"], engine.Events);
    }

    [Fact]
    public async Task Pass_ThatMayNotBeFollowed_WhatArrivesIsPlannedMeanwhileAndBeginsAfterIt()
    {
        using var engine = new ApartEngine { MayBeFollowed = false };
        await using var model = engine.Model();
        await using var first = await EngineWork.StartAsync(model, [1, 2]);
        await using var second = await EngineWork.StartAsync(model, [2, 3, 1]);
        await Task.WhenAll(first.Task, second.Task).WaitAsync(Long, TestContext.Current.CancellationToken);
        engine.Events.Clear();
        Task? meanwhile = null;
        engine.OnBegin = number =>
        {
            if (meanwhile is not null) return;
            // a node of the other session goes, and its next one is asked for
            second.Release();
            meanwhile = second.AskAsync([2, 3]);
        };
        string[] seen = [];
        engine.OnFinish = _ => seen = seen.Length > 0 ? seen : [.. engine.Events];

        await first.AskAsync([3, 1]).WaitAsync(Long, TestContext.Current.CancellationToken);
        await meanwhile!.WaitAsync(Long, TestContext.Current.CancellationToken);

        // the scheduler freed it between the beginning and the end
        Assert.Equal(["begin", "free"], seen.Select(happened => happened.Split(' ')[0]));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void MayBeFollowed_SessionThatIsExpectedBackSoon_WaitsForIt(bool comesBackSoon, bool expected)
    {
        using var engine = new ApartEngine();
        var tree = new TokenTree();
        using var session = engine.Open(tree, 10);
        var work = new SessionWork(new(session) { ComesBackSoon = comesBackSoon }, [], new EvaluationRequest[] { new() { Node = tree.AddRoot([1, 2]), Top = new TokenLogProbability[1] } }, CancellationToken.None);
        Assert.True(work.TryPlan(new(engine)));
        var pass = new ForwardPass(engine, new(engine.MaxRows));

        pass.Begin([work], 1);

        Assert.Equal((true, expected), (pass.IsUnderWay, pass.MayBeFollowed));
        Assert.True(pass.TryEnd());
        pass.Answer(new(engine));
        Assert.True(work.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public void EndIfCancelled_PassUnderWay_OnlyAfterIt()
    {
        using var engine = new ApartEngine(maxRows: 2);
        using var cancel = new CancellationTokenSource();
        var tree = new TokenTree();
        using var session = engine.Open(tree, 10);
        var work = new SessionWork(new(session), [], new EvaluationRequest[] { new() { Node = tree.AddRoot([1, 2, 3]), Top = new TokenLogProbability[1] } }, cancel.Token);
        Assert.True(work.TryPlan(new(engine)));
        var pass = new ForwardPass(engine, new(engine.MaxRows));
        pass.Begin([work], 1);
        cancel.Cancel();
        Assert.Equal((false, false), (work.EndIfCancelled(), work.IsReady));
        Assert.True(pass.TryEnd());
        pass.Answer(new(engine));
        Assert.True(work.EndIfCancelled());
        Assert.True(work.Completion.IsCanceled);
    }

    [Fact]
    public async Task Pass_FailsAfterAnotherBegan_TheOtherIsTakenAgainAndOnlyTheFaultyFails()
    {
        using var engine = new ApartEngine(maxRows: 4);
        await using var model = engine.Model();
        Task<EngineWork>? good = null;
        engine.OnBegin = number => good ??= EngineWork.StartAsync(model, [3, 2, 1]);
        engine.OnFinish = number => Assert.True(number > 1, "the device is too hot");

        await using var bad = await EngineWork.StartAsync(model, [.. Enumerable.Repeat(2, 7)]);
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => bad.Task.WaitAsync(Long));
        await using var other = await good!;
        await other.Task.WaitAsync(Long, TestContext.Current.CancellationToken);

        Assert.Contains("too hot", fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, other.Session.Statistics.TokenEvaluations);
        Assert.Equal((0, 3), (other.Difference(), engine.KvBytes));
        await bad.AskAsync([2, 2]).WaitAsync(Long, TestContext.Current.CancellationToken);
        Assert.Equal(0, bad.Difference());
    }

    [Fact]
    public async Task Pass_CannotBegin_WhatIsUnderWayIsAnswered()
    {
        using var engine = new ApartEngine(maxRows: 4);
        await using var model = engine.Model();
        engine.OnBegin = number => Assert.True(number != 2, "there is no memory");
        await using var work = await EngineWork.StartAsync(model, [.. Enumerable.Repeat(2, 7)]);

        var fault = await Assert.ThrowsAnyAsync<Exception>(() => work.Task.WaitAsync(Long));

        Assert.Contains("no memory", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["begin 1", "begin 2", "finish 1"], engine.Events.Take(3));
        await work.AskAsync([2, 2]).WaitAsync(Long, TestContext.Current.CancellationToken);
        Assert.Equal(0, work.Difference());
    }

    [Fact]
    public async Task EvaluateAsync_CancelledWhileAPassIsUnderWay_EndsAfterItAndBeginsNoOther()
    {
        using var engine = new ApartEngine(maxRows: 4);
        await using var model = engine.Model();
        using var cancel = new CancellationTokenSource();
        engine.OnBegin = _ => cancel.Cancel();
        await using var work = await EngineWork.StartAsync(model, [.. Enumerable.Repeat(2, 30)], cancel.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work.Task.WaitAsync(Long));

        Assert.Equal(["begin 1", "finish 1"], engine.Events);
    }

    [Fact]
    public async Task Session_EndedWhileItsPassIsUnderWay_EndsAfterThePass()
    {
        using var engine = new ApartEngine();
        await using var model = engine.Model();
        var work = await EngineWork.OpenAsync(model, 1, 2);
        Task? ended = null;
        engine.OnBegin = _ => ended = work.DisposeAsync().AsTask();

        await work.AskAsync([]).WaitAsync(Long, TestContext.Current.CancellationToken);
        await ended!.WaitAsync(Long, TestContext.Current.CancellationToken);

        Assert.Equal(0, model.Statistics.OpenSessions);
    }

    [Fact]
    public async Task GenerateAsync_ManyCancelledAtAnyTime_TheOthersAreAnsweredAsAlone()
    {
        using var engine = new ApartEngine(maxRows: 5, seed: 3, ties: false);
        await using var model = engine.Model();
        var decoder = new Decoder(model);
        var alone = new List<string>();
        foreach (var request in Requests()) alone.Add((await decoder.GenerateAsync(request, TestContext.Current.CancellationToken)).Text);
        for (var round = 0; round < 20; round++)
        {
            using var cancel = new CancellationTokenSource();
            var (random, after) = (new Random(round), 0);
            var at = random.Next(1, 200);
            engine.OnBegin = _ =>
            {
                if (++after == at) cancel.Cancel();
            };
            var together = Requests().Select((request, i) => decoder.GenerateAsync(request, i % 2 == 0 ? cancel.Token : TestContext.Current.CancellationToken)).ToArray();
            for (var i = 0; i < together.Length; i++)
            {
                try
                {
                    Assert.Equal(alone[i], (await together[i]).Text);
                }
                catch (OperationCanceledException)
                {
                    Assert.Equal(0, i % 2);
                }
            }
        }
        Assert.Equal(0, model.Statistics.OpenSessions);
    }

    private static IEnumerable<DecodingRequest> Requests() => Enumerable.Range(0, 40).Select(i => new DecodingRequest
    {
        Prompt = " abcdab abcd abcdab"[..(1 + i % 19)],
        Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'a')))],
    }.With(SearchSetup.Deal(1 + i % 3, 3, i % 4) with { MaxTokens = 12, Seed = (ulong)i, LookaheadChoice = (TokenChoice)(i % 2) }));
}
