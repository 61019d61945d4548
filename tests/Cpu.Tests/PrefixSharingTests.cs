using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class PrefixSharingTests
{
    private static readonly int[] Instruction = [.. Enumerable.Range(0, 40).Select(i => 1 + i * 7 % 90)];

    [Fact]
    public async Task EvaluateAsync_PromptsThatBeginAlike_ComputeTheCommonPartOnceToTheSameBits()
    {
        using var plain = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        var engine = Load(out var model);
        await using var owner = model;
        for (var i = 0; i < 4; i++)
        {
            int[] prompt = [.. Instruction, i, 5];
            var (values, computed) = await RunAsync(model, prompt);
            // 40 tokens are two whole pages and eight tokens
            Assert.Equal(i == 0 ? 42 : 10, computed);
            Assert.Equal(plain.EvaluateAlone(prompt), values);
        }
        Assert.Equal(3 * 32, model.Statistics.SharedTokens);
        Assert.Equal((0, 32 * engine.Facts.KvBytesPerToken), (engine.KvReservedBytes, engine.KvKeptBytes));
    }

    [Fact]
    public async Task EvaluateAsync_PromptsAtTheSameTime_ComputeTheCommonPartOnce()
    {
        using var plain = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        _ = Load(out var model, maxRows: 8);
        await using var owner = model;
        int[][] prompts = [.. Enumerable.Range(0, 12).Select(i => (int[])[.. Instruction, i, 5, i])];
        using var start = new ManualResetEventSlim();
        var results = prompts.Select(prompt => Task.Run(async () =>
        {
            start.Wait();
            return await RunAsync(model, prompt);
        })).ToArray();
        start.Set();
        var answers = await Task.WhenAll(results);
        for (var i = 0; i < prompts.Length; i++) Assert.Equal(plain.EvaluateAlone(prompts[i]), answers[i].Values);
        Assert.Equal(32 + prompts.Length * 11, answers.Sum(answer => answer.Computed));
    }

    [Fact]
    public async Task EvaluateAsync_FirstOfTheSamePromptsIsCancelled_TheOthersGoOn()
    {
        _ = Load(out var model, maxRows: 4);
        await using var owner = model;
        using var cancel = new CancellationTokenSource();
        var prompts = Enumerable.Range(0, 6).Select(i => RunAsync(model, [.. Instruction, i], cancellationToken: i % 2 == 0 ? cancel.Token : default)).ToArray();
        await cancel.CancelAsync();
        for (var i = 0; i < prompts.Length; i++)
        {
            if (i % 2 == 1) Assert.Equal(101, (await prompts[i]).Values.Length);
            else await prompts[i].ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    [Fact]
    public async Task Open_BudgetHeldByKeptPrompts_MakesRoom()
    {
        var engine = Load(out var model, budgetTokens: 160, keptTokens: 96);
        await using var owner = model;
        for (var i = 0; i < 5; i++) await RunAsync(model, [i, .. Instruction], nodes: 48);
        Assert.Equal(96 * engine.Facts.KvBytesPerToken, engine.KvKeptBytes);
        // the last prompt is still there, the first is not
        Assert.Equal(9, (await RunAsync(model, [4, .. Instruction], nodes: 48)).Computed);
        Assert.Equal(41, (await RunAsync(model, [0, .. Instruction], nodes: 48)).Computed);
        await using (await model.OpenAsync(new(), 160)) Assert.Equal(0, engine.KvKeptBytes);
        Assert.Equal(0, engine.KvReservedBytes);
    }

    [Theory]
    [InlineData(KvFormat.F32)]
    [InlineData(KvFormat.BF16)]
    public void Keep_NodesFreedAndTheirRoomNeeded_LeavesWhatIsKeptUntouched(KvFormat kvFormat)
    {
        using var engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1), kvBudget: 1 << 22, kept: 1 << 21, kvFormat: kvFormat);
        var tree = new TokenTree();
        using var session = engine.Open(tree, 48);
        int[] path = [.. Instruction[..32]];
        var node = tree.AddRoot(path);
        engine.Evaluate(session, node);
        engine.CachePrefix(session, Path(tree, node));
        // half of the second page goes; 24 others need every slot there is
        for (var i = 0; i < 8; i++)
        {
            session.Free(node);
            node = tree.Parent(node);
        }
        var leaves = Enumerable.Range(0, 24).Select(token => tree.Append(node, token)).ToArray();
        var alone = engine.Evaluate(session, leaves);

        var second = new TokenTree();
        using var borrower = engine.Open(second, 48);
        var copy = second.AddRoot([.. path, 9]);
        Assert.Equal(32, engine.AttachPrefix(borrower, Path(second, copy).AsSpan(..^1), 0));
        using var plain = Engines.Load(new RandomWeights(Descriptions.Llama, 1), kvFormat: kvFormat);
        Assert.Equal(plain.EvaluateAlone([.. path, 9]), engine.Evaluate(borrower, copy)[0]);
        Assert.Equal(plain.EvaluateAlone([.. path[..24], 7]), alone[7]);
    }

    private static CpuEngine Load(out EngineModel model, int maxRows = 128, int budgetTokens = 100_000, int keptTokens = 10_000)
    {
        var weights = new RandomWeights(Descriptions.Llama, 1);
        using var probe = Engines.Load(weights);
        var bytes = probe.Facts.KvBytesPerToken;
        var engine = CpuEngine.Load(weights, new() { Threads = 2, MaxRows = maxRows, KvBudgetBytes = budgetTokens * bytes, PrefixCacheBytes = keptTokens * bytes }, "tokens");
        model = new(engine, new NumberTokenizer());
        return engine;
    }

    private static async Task<(double[] Values, long Computed)> RunAsync(EngineModel model, int[] prompt, int nodes = 90, CancellationToken cancellationToken = default)
    {
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, nodes, cancellationToken);
        var values = new double[101];
        await session.EvaluateAsync(new[] { new EvaluationRequest { Node = tree.AddRoot(prompt), LogProbabilities = values } }, cancellationToken);
        return (values, session.Statistics.TokenEvaluations);
    }

    private static int[] Path(TokenTree tree, int node)
    {
        var path = new int[tree.Depth(node)];
        for (var i = path.Length - 1; i >= 0; i--, node = tree.Parent(node)) path[i] = node;
        return path;
    }

    /// <summary>Tokens without text.</summary>
    private sealed class NumberTokenizer : ITokenizer
    {
        public int VocabularySize => 101;

        public string Fingerprint => "tokens";

        public int[] Encode(string text, bool addSpecialTokens = true) => throw new NotSupportedException();

        public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => throw new NotSupportedException();

        public ReadOnlySpan<byte> TokenBytes(int id) => throw new NotSupportedException();

        public string TokenText(int id) => throw new NotSupportedException();

        public bool IsSpecial(int id) => throw new NotSupportedException();
    }
}
