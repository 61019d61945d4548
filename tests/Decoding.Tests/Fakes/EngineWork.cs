using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A session of a model of six tokens that asks for what follows one text at a time.</summary>
internal sealed class EngineWork(IModelSession session, TokenTree tree) : IAsyncDisposable
{
    private readonly double[] _all = new double[6];

    public IModelSession Session => session;

    /// <summary>The last node asked about.</summary>
    public int Leaf { get; private set; } = TokenTree.Empty;

    public Task Task { get; private set; } = Task.CompletedTask;

    public static async Task<EngineWork> OpenAsync(EngineModel model, params int[] tokens)
    {
        var tree = new TokenTree();
        return new(await model.OpenAsync(tree, 50), tree) { Leaf = tree.AddRoot(tokens) };
    }

    public static async Task<EngineWork> StartAsync(EngineModel model, int[] tokens, CancellationToken cancellationToken = default)
    {
        var work = await OpenAsync(model, tokens);
        work.Task = work.AskAsync([], cancellationToken);
        return work;
    }

    /// <summary>Goes on with tokens and asks for what follows them.</summary>
    public async Task AskAsync(int[] tokens, CancellationToken cancellationToken = default)
    {
        var next = tree.AppendAll(Leaf, tokens);
        tree.Release(Leaf);
        Leaf = next;
        await session.EvaluateAsync(new[] { new EvaluationRequest { Node = Leaf, LogProbabilities = _all } }, cancellationToken);
    }

    /// <summary>Goes one token back; the last one's node is freed.</summary>
    public void Release()
    {
        var parent = tree.Parent(Leaf);
        tree.Retain(parent);
        tree.Release(Leaf);
        Leaf = parent;
    }

    /// <summary>How far what was read is from what the table says.</summary>
    public double Difference()
    {
        using var table = new TableEngine(6, 1, contextLength: 1000);
        var expected = new double[6];
        LogitReader.Read(table.Logits(tree.Path(TokenTree.Empty, Leaf)), new() { Node = Leaf, LogProbabilities = expected });
        return expected.Zip(_all, (a, b) => Math.Abs(a - b)).Max();
    }

    public ValueTask DisposeAsync() => session.DisposeAsync();
}
