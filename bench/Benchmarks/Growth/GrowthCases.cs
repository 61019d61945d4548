using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Benchmarks;

/// <summary>What is grown, one thing at a time.</summary>
/// <param name="threads">Threads of the engine.</param>
/// <param name="milliseconds">How long each size is timed at least.</param>
internal sealed class GrowthCases(int threads, double milliseconds)
{
    private const string Small = "stories15M";
    private const int Prompt = 128;

    /// <summary>The curves by name, in order.</summary>
    public IReadOnlyDictionary<string, Func<GrowthCurve>> All => new Dictionary<string, Func<GrowthCurve>>
    {
        ["context"] = Context,
        ["rows"] = Rows,
        ["candidates"] = Candidates,
        ["beam"] = Beam,
        ["requests"] = Requests,
        ["vocabulary"] = Vocabulary,
        ["nodes"] = Nodes,
        ["weights"] = Weights,
    };

    private GrowthCurve Context()
    {
        using var engine = Shapes.Load("SmolLM2-135M", WeightFormat.BF16, threads);
        return Curve("context", "tokens with it", "a token of SmolLM2-135M in bf16", "allocated by a token", "keys and values", Doubling(256, 8192), size =>
        {
            var before = NativeMemory.Bytes();
            var one = new EngineCase(engine, size - 1, 1);
            return (one.Decode, one, NativeMemory.Bytes() - before);
        });
    }

    // what ModelFacts.RowsPerPass sums up
    private GrowthCurve Rows()
    {
        using var engine = Shapes.Load("SmolLM2-135M", WeightFormat.BF16, threads);
        return Curve("rows", "rows of a pass", "a pass of SmolLM2-135M in bf16 after 64 tokens", "allocated by a pass", "", Doubling(1, 64), size =>
        {
            var one = new EngineCase(engine, 64, size, 1);
            return (one.Decode, one, null);
        });
    }

    private GrowthCurve Candidates() => Search("candidates", "candidates a step", "a DeAL step: beam 1, lookahead 8, no savings", Doubling(2, 64), size =>
        new() { Prompt = "", Decoder = Decoders.Deal(1, size, 8, lambda: 10) with { Proposal = new TopTokens(size) }, Savings = SavingsOptions.None });

    private GrowthCurve Beam() => Search("beam", "hypotheses", "a step of beam search", Doubling(1, 64), size => new() { Prompt = "", Decoder = Decoders.Beam(size) });

    private GrowthCurve Search(string name, string unit, string timed, int[] sizes, Func<int, DecodingRequest> request)
    {
        const int Steps = 8;
        using var model = new OwnedModel(Small, threads);
        return Curve(name, unit, timed + $" on {Small}", "allocated by a step", "", sizes, size => (() =>
        {
            using var stop = new CancellationTokenSource();
            var search = request(size) with
            {
                Prompt = PromptOf(0, Prompt), MaxTokens = 64, Stop = stop.Token, Progress = new StopAfter(Steps, stop), Heuristics = [new(new KeywordCoverage([Keyword.Of("w17"), Keyword.Of("w1234")]))],
            };
            model.Decoder.GenerateAsync(search).GetAwaiter().GetResult();
        }, null, null), Steps);
    }

    private GrowthCurve Requests()
    {
        using var model = new OwnedModel(Small, threads);
        return Curve("requests", "greedy requests at once", $"all of them, 32 + 16 tokens each, on {Small}", "allocated by all", "", Doubling(1, 64), size => (() =>
            Task.WhenAll(Enumerable.Range(0, size).Select(i => model.Decoder.GenerateAsync(new() { Prompt = PromptOf(i, 32), Decoder = Decoders.Greedy, MaxTokens = 16 }))).GetAwaiter().GetResult(), null, null));
    }

    private GrowthCurve Vocabulary() => Curve("vocabulary", "tokens", $"a step of beam search, beam 4, {Small} with other vocabularies", "allocated by a step", "weights", Doubling(4096, 262144), size =>
    {
        var before = NativeMemory.Bytes();
        var description = Shapes.Of(Small) with { VocabularySize = size };
        var model = new OwnedModel(description, Shapes.Load(description, WeightFormat.BF16, threads));
        return (() => model.Decoder.GenerateAsync(new() { Prompt = PromptOf(0, 16), Decoder = Decoders.Beam(4), MaxTokens = 8 }).GetAwaiter().GetResult(), model, NativeMemory.Bytes() - before);
    }, 8);

    private GrowthCurve Nodes() => Curve("nodes", "nodes of a token tree", "making them, 64 children each", "alive", "", Doubling(1 << 14, 1 << 20), size => (() => GC.KeepAlive(Tree(size)), null, null));

    private GrowthCurve Weights()
    {
        (string Shape, double Millions)[] shapes = [("stories15M", 15.2), ("SmolLM2-135M", 134.5), ("SmolLM2-360M", 361.8), ("SmolLM2-1.7B", 1711)];
        return Curve("weights", "million weights", "a token in bf16 after 128, SmolLM2's shapes and stories15M", "allocated by a token", "weights", [.. Enumerable.Range(0, shapes.Length)], index =>
        {
            var before = NativeMemory.Bytes();
            var engine = Shapes.Load(shapes[index].Shape, WeightFormat.BF16, threads);
            var one = new EngineCase(engine, Prompt, 1);
            return (one.Decode, new Both(one, engine), NativeMemory.Bytes() - before);
        }, sizeOf: index => shapes[index].Millions);
    }

    /// <param name="name">What grows.</param>
    /// <param name="unit">What a size counts.</param>
    /// <param name="timed">What is timed.</param>
    /// <param name="managed">What the managed bytes are.</param>
    /// <param name="native">What the native bytes are.</param>
    /// <param name="sizes">In order.</param>
    /// <param name="open">Gives a call, what to dispose after, and the native memory it holds.</param>
    /// <param name="parts">Parts of a call that time and memory are told of.</param>
    /// <param name="sizeOf">The size as it is told; null: itself.</param>
    private GrowthCurve Curve(string name, string unit, string timed, string managed, string native, int[] sizes, Func<int, (Action Call, IDisposable? Owner, double? Native)> open, int parts = 1, Func<int, double>? sizeOf = null)
    {
        var points = new List<GrowthPoint>();
        foreach (var size in sizes)
        {
            var (call, owner, bytes) = open(size);
            using (owner)
            {
                call();
                var time = Contest.Measure(call, milliseconds).Best;
                var before = GC.GetTotalAllocatedBytes(precise: true);
                call();
                var allocated = name == "nodes" ? Alive(size) : GC.GetTotalAllocatedBytes(precise: true) - before;
                points.Add(new(sizeOf?.Invoke(size) ?? size, time / parts, allocated / (double)parts, bytes));
            }
        }
        return new(name, unit, timed, managed, native, points);
    }

    private static double Alive(int nodes)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var tree = Tree(nodes);
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(tree);
        return bytes;
    }

    private static TokenTree Tree(int nodes)
    {
        var tree = new TokenTree();
        var made = new int[nodes + 1];
        for (var i = 1; i <= nodes; i++) made[i] = tree.Append(made[(i - 1) / 64], i);
        return tree;
    }

    private static int[] Doubling(int least, int most)
    {
        var sizes = new List<int>();
        for (var size = least; size <= most; size *= 2) sizes.Add(size);
        return [.. sizes];
    }

    private static string PromptOf(int number, int tokens) => string.Join(' ', Enumerable.Range(0, tokens).Select(i => NumberedTokens.TextOf((number * 131 + i * 37) % 1000)));

    private sealed class Both(IDisposable first, IDisposable second) : IDisposable
    {
        public void Dispose()
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
