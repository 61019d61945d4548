using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class EngineModelTests
{
    [Fact]
    public async Task EvaluateAsync_NodeFarBelow_ComputesItsAncestorsOnce()
    {
        using var engine = new TableEngine(4, 1, maxRows: 3);
        await using var model = new EngineModel(engine, new LetterTokenizer(4));
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, 20, TestContext.Current.CancellationToken);
        var node = tree.AddRoot([1, 2, 3, 1, 2, 3, 1]);
        var top = new TokenLogProbability[2];

        await session.EvaluateAsync(new[] { new EvaluationRequest { Node = node, Top = top } }, TestContext.Current.CancellationToken);
        var first = session.Statistics;
        var child = tree.Append(node, 2);
        await session.EvaluateAsync(new[] { new EvaluationRequest { Node = child, Top = top } }, TestContext.Current.CancellationToken);

        Assert.Equal(7, first.TokenEvaluations);
        Assert.Equal(3, first.BatchedPasses);
        Assert.Equal(8, session.Statistics.TokenEvaluations);
        Assert.Equal(8, session.Statistics.PeakKvBytes);
    }

    [Fact]
    public async Task EvaluateAsync_SeveralReadsOfOneNode_AnswersEach()
    {
        using var engine = new TableEngine(5, 1, ties: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(5));
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, 20, TestContext.Current.CancellationToken);
        var node = tree.AddRoot([1, 2]);
        var (all, named, top) = (new double[5], new double[2], new TokenLogProbability[3]);
        var mask = new TokenMask(5) { [4] = true, [1] = true };

        await session.EvaluateAsync(new EvaluationRequest[]
        {
            new() { Node = node, LogProbabilities = all },
            new() { Node = tree.Parent(node), Top = new TokenLogProbability[1] },
            new() { Node = node, Named = new[] { 3, 0 }, NamedLogProbabilities = named },
            new() { Node = node, Top = top, Allowed = mask },
        }, TestContext.Current.CancellationToken);

        Assert.Equal(1, all.Sum(Math.Exp), 12);
        Assert.Equal([all[3], all[0]], named);
        var (high, low) = all[4] >= all[1] ? (4, 1) : (1, 4);
        Assert.Equal([new(high, all[high]), new(low, all[low]), TokenLogProbability.None], top);
        Assert.Equal(2, session.Statistics.TokenEvaluations);
    }

    [Fact]
    public async Task GenerateAsync_ManyAtOnce_EachEqualsItsResultAlone()
    {
        using var engine = new TableEngine(6, 3, maxRows: 7, ties: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(6));
        var decoder = new Decoder(model);
        DecodingRequest[] requests = [.. Enumerable.Range(0, 40).Select(i => new DecodingRequest
        {
            Prompt = " abcdab"[..(1 + i % 6)],
            Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'a')))],
        }.With(SearchSetup.Deal(1 + i % 3, 3, i % 4) with { MaxTokens = 12, Seed = (ulong)i, LookaheadChoice = (TokenChoice)(i % 2) }))];

        var alone = new List<DecodingResult>();
        foreach (var request in requests) alone.Add(await decoder.GenerateAsync(request, TestContext.Current.CancellationToken));
        var together = await Task.WhenAll(requests.Select(request => decoder.GenerateAsync(request, TestContext.Current.CancellationToken)));

        Assert.Equal(alone.Select(r => r.Text), together.Select(r => r.Text));
        Assert.Equal(alone.Select(r => r.Answer.Score), together.Select(r => r.Answer.Score));
        Assert.Equal(alone.Select(r => r.Statistics.TokenEvaluations), together.Select(r => r.Statistics.TokenEvaluations));
    }

    [Fact]
    public async Task EvaluateAsync_EngineFails_ThrowsAndGoesOnAfterwards()
    {
        using var engine = new TableEngine(4, 1);
        await using var model = new EngineModel(engine, new LetterTokenizer(4));
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, 20, TestContext.Current.CancellationToken);
        var request = new[] { new EvaluationRequest { Node = tree.AddRoot([1, 2]), Top = new TokenLogProbability[1] } };
        engine.OnPass = () => throw new InvalidOperationException("the fan is broken");

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(async () => await session.EvaluateAsync(request, TestContext.Current.CancellationToken));
        engine.OnPass = null;
        await session.EvaluateAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("the fan is broken", fault.Message);
        Assert.True(request[0].Top.Span[0].Token >= 0);
    }

    [Fact]
    public async Task EvaluateAsync_CancelledDuringPrefill_ThrowsBeforeTheNextChunk()
    {
        using var engine = new TableEngine(4, 1, maxRows: 2);
        await using var model = new EngineModel(engine, new LetterTokenizer(4));
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, 50, TestContext.Current.CancellationToken);
        using var source = new CancellationTokenSource();
        engine.OnPass = source.Cancel;
        var request = new[] { new EvaluationRequest { Node = tree.AddRoot([.. Enumerable.Repeat(1, 40)]), Top = new TokenLogProbability[1] } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await session.EvaluateAsync(request, source.Token));

        Assert.Equal(1, engine.Passes);
    }

    [Fact]
    public void Constructor_TokenizerOfAnotherModel_IsRefused()
    {
        using var engine = new TableEngine(4, 1);
        Assert.Contains("do not belong together", Assert.Throws<ArgumentException>(() => new EngineModel(engine, new LetterTokenizer(5))).Message);
        Assert.Contains("not the one", Assert.Throws<ArgumentException>(() => new EngineModel(engine, new LetterTokenizer(3))).Message);
    }

    [Fact]
    public async Task EvaluateAsync_WrongBufferOrCapability_NamesTheField()
    {
        using var engine = new TableEngine(4, 1);
        await using var model = new EngineModel(engine, new LetterTokenizer(4));
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, 9, TestContext.Current.CancellationToken);
        var node = tree.AddRoot([1]);

        async Task<string> MessageAsync<T>(EvaluationRequest request) where T : Exception =>
            (await Assert.ThrowsAsync<T>(async () => await session.EvaluateAsync(new[] { request }))).Message;

        Assert.Contains("LogProbabilities", await MessageAsync<ArgumentException>(new() { Node = node, LogProbabilities = new double[3] }));
        Assert.Contains("Rewards", await MessageAsync<NotSupportedException>(new() { Node = node, Rewards = new float[1] }));
        Assert.Contains("Allowed", await MessageAsync<ArgumentException>(new() { Node = node, Top = new TokenLogProbability[1], Allowed = new TokenMask(5) }));
    }
}
