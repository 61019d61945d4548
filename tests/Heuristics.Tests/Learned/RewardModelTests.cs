using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

public class RewardModelTests
{
    private static readonly ToyTokenizer Letters = ToyTokenizer.Letters, Pairs = ToyTokenizer.Pairs;

    private static Func<string, TextLayout> Chat { get; } = prompt => TextLayout.Around(text => $"a{prompt}b{text}cc", addSpecialTokens: true);

    /// <summary>Same tokenizer on the search's tree, same tokenizer in a layout, another tokenizer, another in a layout: what the model reads for (prompt, ids).</summary>
    public static TheoryData<string> Ways => ["shared", "layout", "other tokenizer", "other tokenizer, layout"];

    private static (ToyTokenizer Tokenizer, Func<string, TextLayout> Layout, Func<string, int[], int[]> Reads) Way(string way) => way switch
    {
        "shared" => (Letters, TextLayout.Plain, (prompt, ids) => [.. Letters.Encode(prompt), .. ids]),
        "layout" => (Letters, Chat, (prompt, ids) => [.. Letters.Encode($"a{prompt}b"), .. ids, .. Letters.Encode("cc", false)]),
        "other tokenizer" => (Pairs, TextLayout.Plain, (prompt, ids) => Pairs.Encode(prompt + GeneratedText.Decode(Letters, ids))),
        _ => (Pairs, Chat, (prompt, ids) => Pairs.Encode($"a{prompt}b{GeneratedText.Decode(Letters, ids)}cc")),
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Generate_EveryAnswer_ScoresAsAFreshPassOverTheWholeText(string way)
    {
        var (tokenizer, layout, reads) = Way(way);
        var engine = new ToyEngine(tokenizer, seed: 7, rewards: 3);
        await using var rewardModel = new EngineModel(engine, tokenizer);
        var baseEngine = new ToyEngine(Letters);
        await using var model = new EngineModel(baseEngine, Letters);
        var rewards = new RewardModel(rewardModel, new() { Layout = layout, Outputs = [new("x"), new("y", 10, 5), new("z")] });
        foreach (var options in new[] { SearchSetup.Deal(beam: 3, candidates: 3, lookahead: 4, lambda: 3), SearchSetup.BestOf(5) })
        {
            var result = await new Decoder(model).GenerateAsync(new DecodingRequest
            {
                Prompt = "abc",
                Heuristics = [new(rewards.Output("y")), new(rewards.Output("z"), -1)],
            }.With(options with { MaxTokens = 12 }));
            foreach (var answer in result.Answers)
            {
                var outputs = engine.Rewards(reads("abc", [.. answer.Ids.Where(id => id != 0)]));
                Assert.Equal([("reward#y", 10.0 * outputs[1] + 5), ("reward#z", outputs[2])], answer.Heuristics.Select(value => (value.Name, value.Value)));
            }
            Assert.True(result.Statistics.TokenEvaluations > 0);
        }
        Assert.Equal((0, 0), (engine.OpenSessions, baseEngine.OpenSessions));
    }

    [Fact]
    public async Task Score_GrowingText_EvaluatesOnlyNewTokens()
    {
        foreach (var way in new[] { "shared", "layout" })
        {
            var (tokenizer, layout, _) = Way(way);
            var engine = new ToyEngine(tokenizer, rewards: 2);
            await using var rewardModel = new EngineModel(engine, tokenizer);
            var rewards = new RewardModel(rewardModel, new() { Layout = layout });
            var context = Context("abc", 64);
            await using var sessions = await ModelSessions.OpenAsync(rewards.Output("0").Needs(context));
            using var one = await rewards.Output("0").OpenAsync(context, sessions);
            using var two = await rewards.Output("1").OpenAsync(context, sessions);
            var around = way == "shared" ? (Before: 4, After: 0) : (Before: 6, After: 2);

            var node = context.Root;
            one.Score(node, false);
            Assert.Equal(around.Before + around.After, engine.Rows);
            foreach (var token in Letters.Encode("de ab e", false))
            {
                node = context.Tree.Append(node, token);
                var before = engine.Rows;
                one.Score(node, false);
                // one token, and what the layout closes every text with
                Assert.Equal(1 + around.After, engine.Rows - before);
                // the other output was read with it, and an end changes nothing
                two.Score(node, true);
                one.Score(node, true);
                Assert.Equal(1 + around.After, engine.Rows - before);
            }
            // a sibling shares all but itself
            var rows = engine.Rows;
            one.Score(context.Tree.Append(context.Tree.Parent(node), Letters.Encode("d", false)[0]), false);
            Assert.Equal(1 + around.After, engine.Rows - rows);
            Assert.Equal((engine.Rows, 0), (one.Work.TokenEvaluations, two.Work.TokenEvaluations));
        }
    }

    [Fact]
    public async Task Score_OtherTokenizer_EvaluatesWhatIsBehindTheCommonPrefix()
    {
        var engine = new ToyEngine(Pairs, rewards: 1);
        await using var rewardModel = new EngineModel(engine, Pairs);
        var context = Context("abc", 64);
        var reward = new RewardModel(rewardModel).Output();
        await using var sessions = await ModelSessions.OpenAsync(reward.Needs(context));
        using var session = await reward.OpenAsync(context, sessions);
        var nodes = context.Nodes(Letters.Encode("de abcd", false));
        var known = new HashSet<string>();
        foreach (var node in nodes)
        {
            var tokens = Pairs.Encode("abc" + context.Text(node));
            // the last token is read even where its state is there already
            var expected = Enumerable.Range(1, tokens.Length).Count(length => known.Add(string.Join(' ', tokens[..length])));
            var before = engine.Rows;
            session.Score(node, false);
            Assert.Equal(Math.Max(1, expected), engine.Rows - before);
        }
    }

    [Fact]
    public async Task Score_ManyTexts_OnePassHoldsThem()
    {
        var passes = 0;
        var engine = new ToyEngine(Pairs, rewards: 1) { OnPass = () => passes++ };
        await using var rewardModel = new EngineModel(engine, Pairs);
        var context = Context("a", 400);
        var reward = new RewardModel(rewardModel).Output();
        await using var sessions = await ModelSessions.OpenAsync(reward.Needs(context));
        using var session = await reward.OpenAsync(context, sessions);
        int[] nodes = [.. Letters.Encode("abcde", false).Select(token => context.Tree.Append(context.Root, token))];
        var values = new double[nodes.Length];
        await session.ScoreAsync(nodes.Select(node => new ScoreRequest(node, false)).ToArray(), values, CancellationToken.None);
        Assert.Equal(1, passes);
        Assert.Equal(values, nodes.Select(node => (double)engine.Rewards(Pairs.Encode("a" + context.Text(node)))[0]));
    }

    [Fact]
    public async Task Score_MemoryForFewTexts_ForgetsOldOnesAndStaysExact()
    {
        var engine = new ToyEngine(Pairs, seed: 3, rewards: 1);
        await using var rewardModel = new EngineModel(engine, Pairs);
        // twice 12 nodes and the prompt's: the engine refuses to hold more
        var context = Context("ab", 12);
        var reward = new RewardModel(rewardModel).Output();
        await using var sessions = await ModelSessions.OpenAsync(reward.Needs(context));
        using var session = await reward.OpenAsync(context, sessions);
        var random = new Random(2);
        for (var round = 0; round < 60; round++)
        {
            int[][] texts = [.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => Enumerable.Range(0, random.Next(10)).Select(_ => random.Next(2, 8)).ToArray())];
            int[] nodes = [.. texts.Select(text => context.Tree.AppendAll(context.Root, text))];
            var values = new double[nodes.Length];
            await session.ScoreAsync(nodes.Select(node => new ScoreRequest(node, true)).ToArray(), values, CancellationToken.None);
            Assert.Equal(values, texts.Select(text => (double)engine.Rewards(Pairs.Encode("ab" + GeneratedText.Decode(Letters, text)))[0]));
            foreach (var node in nodes) context.Tree.Release(node);
        }
    }

    [Fact]
    public async Task Heuristic_InALayout_PassesTheChecks()
    {
        var engine = new ToyEngine(Letters, seed: 4, rewards: 1);
        await using var rewardModel = new EngineModel(engine, Letters);
        await HeuristicCheck.RunAsync(new RewardModel(rewardModel, new() { Layout = Chat, Outputs = [new("r", Bounds: new(-1, 1))] }).Output(), Letters, new() { Paths = 60, Prompts = ["", "ab", "a c"] });
        await using var steps = ToyEngine.Model(Pairs, seed: 4, rewards: 1);
        await HeuristicCheck.RunAsync(new RewardModel(steps, new() { Steps = new(" ", StepAggregate.Mean), Outputs = [new("r", Bounds: new(-1, 1))] }).Output(), Letters, new() { Paths = 60, Prompts = ["a", "ab"] });
        Assert.Equal(0, engine.OpenSessions);
    }

    [Theory]
    [InlineData(StepAggregate.Least)]
    [InlineData(StepAggregate.Last)]
    [InlineData(StepAggregate.Mean)]
    public async Task Steps_AnyText_ReadsWhereStepsEnd(StepAggregate aggregate)
    {
        var engine = new ToyEngine(Letters, seed: 5, rewards: 1);
        await using var rewardModel = new EngineModel(engine, Letters);
        var process = new RewardModel(rewardModel, new() { Steps = new("b ", aggregate) }).Output();
        var random = new Random(9);
        for (var round = 0; round < 100; round++)
        {
            var context = Context("abc", 64);
            await using var sessions = await ModelSessions.OpenAsync(process.Needs(context));
            using var session = await process.OpenAsync(context, sessions);
            var text = string.Concat(Enumerable.Range(0, random.Next(14)).Select(_ => "ab "[random.Next(3)]));
            var nodes = context.Nodes(Letters.Encode(text, false));
            foreach (var ended in new[] { false, true })
            {
                var ends = Enumerable.Range(1, text.Length).Where(end => text[..end].EndsWith("b ", StringComparison.Ordinal)).ToList();
                if (ends.Count == 0 || (ended && ends[^1] != text.Length)) ends.Add(text.Length);
                double[] rewards = [.. ends.Select(end => (double)engine.Rewards(Letters.Encode("abc" + text[..end]))[0])];
                Assert.Equal(aggregate switch { StepAggregate.Last => rewards[^1], StepAggregate.Mean => rewards.Average(), _ => rewards.Min() }, session.Score(nodes[^1], ended));
            }
        }
    }

    [Fact]
    public async Task Output_Name_IsFoundByItselfItsEndOrItsNumber()
    {
        await using var ten = ToyEngine.Model(Letters, rewards: 10);
        var dpa = new RewardModel(ten, new() { Outputs = RewardOutput.DirectionalPreferenceAlignment, Name = "dpa" });
        Assert.Equal("dpa#ultrafeedback-helpfulness", dpa.Output("9").Name);
        Assert.Equal("dpa#helpsteer-verbosity", dpa.Output("verbosity").Name);
        Assert.Equal("dpa#helpsteer-verbosity", dpa.Output("4").Name);
        Assert.Contains("more than one output", Assert.Throws<ArgumentException>(() => dpa.Output("helpfulness")).Message);
        Assert.Contains("'wit' is no output", Assert.Throws<ArgumentException>(() => dpa.Output("wit")).Message);
        Assert.Contains("name one of helpsteer-helpfulness", Assert.Throws<ArgumentException>(() => dpa.Output()).Message);
        Assert.Throws<ArgumentException>(() => new RewardModel(ten, new() { Outputs = RewardOutput.HelpSteer }));
        Assert.Throws<ArgumentException>(() => new RewardModel(ten, new() { Outputs = RewardOutput.Named(Enumerable.Repeat("x", 10)) }));
        await using var none = ToyEngine.Model(Letters);
        Assert.Throws<NotSupportedException>(() => new RewardModel(none));
    }

    [Fact]
    public async Task Generate_WhatCanNotBeScored_IsAnErrorThatNamesItAndLeavesNothingOpen()
    {
        var baseEngine = new ToyEngine(Letters);
        await using var model = new EngineModel(baseEngine, Letters);
        var small = new ToyEngine(Letters, rewards: 1, contextLength: 8);
        await using var shortContext = new EngineModel(small, Letters);
        await FailsAsync(new RewardModel(shortContext, new() { Name = "mine" }).Output(), "the context of 'toy' holds 8");
        await using var bounded = ToyEngine.Model(Letters, rewards: 1);
        await FailsAsync(new RewardModel(bounded, new() { Name = "mine", Outputs = [new("r", Bounds: new(5, 6))] }).Output(), "which is not in [5, 6]");
        Assert.Equal((0, 0), (baseEngine.OpenSessions, small.OpenSessions));

        async Task FailsAsync(IHeuristic reward, string expected)
        {
            var fault = await Assert.ThrowsAsync<HeuristicException>(() => new Decoder(model).GenerateAsync(new DecodingRequest
            {
                Prompt = "abc", Heuristics = [new(reward)], 
            }.With(SearchSetup.Deal(beam: 2, candidates: 4, lookahead: 4) with { MaxTokens = 20 })));
            Assert.Equal("mine", fault.Heuristic);
            Assert.Contains(expected, fault.Message);
        }
    }

    [Fact]
    public async Task Generate_RewardIsRefusedMemory_FailsBeforeTheFirstTokenAndReturnsTheOthers()
    {
        var (baseEngine, roomy) = (new ToyEngine(Letters), new ToyEngine(Letters, rewards: 1));
        await using var model = new EngineModel(baseEngine, Letters);
        await using var first = new EngineModel(roomy, Letters);
        await using var second = new EngineModel(new ToyEngine(Letters, rewards: 1) { Budget = 10 }, Letters);
        var fault = await Assert.ThrowsAsync<KvBudgetException>(() => new Decoder(model).GenerateAsync(new()
        {
            Prompt = "abc", Heuristics = [new(new RewardModel(first).Output()), new(new RewardModel(second, new() { Name = "mine" }).Output())], Decoder = Decoders.Deal(lookahead: 4),
        }));
        Assert.Equal(("toy", 10), (fault.Model, fault.BudgetBytes));
        Assert.Equal((0, 0, 0, 0), (baseEngine.Rows, baseEngine.OpenSessions, roomy.Rows, roomy.OpenSessions));
    }

    private static GenerationContext Context(string prompt, int maxNodes)
    {
        var tree = new TokenTree();
        return Generation.Context(Letters, prompt) with { Tree = tree, Root = tree.AddRoot(Letters.Encode(prompt)), MaxNodes = maxNodes };
    }
}
