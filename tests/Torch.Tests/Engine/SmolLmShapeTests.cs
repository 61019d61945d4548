using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

/// <summary>A random folder of SmolLM2-135M's shape on this engine, on the CPU engine and, in double precision, on neither.</summary>
public class SmolLmShapeTests : IClassFixture<SmolLmFolder>
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("DECODEALIGN_PROOF") == "long";
    private static readonly int[] Prompt = [.. Enumerable.Range(0, 16).Select(i => i * 997 % 49152)];

    private readonly SmolLmFolder _folder;

    public SmolLmShapeTests(SmolLmFolder folder)
    {
        Engines.Require();
        _folder = folder;
    }

    [Fact]
    public void Forward_RandomFolder_LogitsAndGreedyTokensAreThoseOfTheCpuEngine()
    {
        var tree = new TokenTree();
        using var session = _folder.Torch.Open(tree, 220);
        using var cpuSession = _folder.Cpu.Open(tree, 220);
        var (worst, closest) = (0.0, double.PositiveInfinity);
        var node = tree.AddRoot(Prompt);
        var (ours, theirs) = (new List<double[]>(), new List<double[]>());
        for (var step = 0; step < 200; step++)
        {
            var (actual, expected) = (_folder.Torch.Evaluate(session, node)[0], _folder.Cpu.Evaluate(cpuSession, node)[0]);
            worst = Math.Max(worst, Largest(expected, actual));
            var best = Array.IndexOf(expected, expected.Max());
            closest = Math.Min(closest, expected[best] - expected.Where((_, token) => token != best).Max());
            Assert.Equal(best, Array.IndexOf(actual, actual.Max()));
            ours.Add(actual);
            theirs.Add(expected);
            node = tree.Append(node, best);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"engines differ by at most {worst:E2} over 200 steps; smallest margin between the top two {closest:E2}");
        Assert.InRange(worst, 0, 1e-3);
        var compared = Long ? 200 : 2;
        var reference = new ReferenceTransformer(_folder.Random).Run(tree.Path(0, node).AsSpan(0, Prompt.Length + compared - 1), compared);
        Assert.InRange(FromReference("TorchSharp", reference, ours).Largest, 0, 1e-3);
        Assert.InRange(FromReference("CPU engine", reference, theirs).Largest, 0, 1e-3);
    }

    /// <summary>Embeddings of deviation 1 and matrices that amplify: log-probabilities beyond −100, where rounding in f32 counts for more.</summary>
    [Fact]
    public void Forward_WeightsThatAmplify_BothEnginesErrByRoundingAlone()
    {
        var weights = new RandomWeights(SmolLmFolder.Shape, 1, bf16: true);
        using var engine = Engines.Load(weights);
        using var cpu = CpuEngine.Load(weights, new() { Threads = 2, WeightFormat = WeightFormat.BF16, KvBudgetBytes = 1 << 26 }, "tokens");
        int[] path = [.. Enumerable.Range(0, Long ? 216 : 8).Select(i => i * 997 % 49152)];
        var (actual, expected) = (engine.EvaluateAll(path), cpu.EvaluateAll(path));
        TestContext.Current.TestOutputHelper?.WriteLine($"engines differ by at most {actual.Zip(expected, Largest).Max():E2}");
        var reference = new ReferenceTransformer(weights).Run(path, path.Length);
        // ten of f32's 24 bits, after 30 layers that amplify
        Assert.InRange(FromReference("TorchSharp", reference, actual).LastPlaces, 0, 1024);
        Assert.InRange(FromReference("CPU engine", reference, expected).LastPlaces, 0, 1024);
    }

    [Fact]
    public Task BeamSearch_AreThoseOfTheCpuEngine() => Compare(SearchSetup.BeamSearch(4) with { MaxTokens = 24 });

    [Fact]
    public Task Deal_AreThoseOfTheCpuEngine() => Compare(SearchSetup.Deal(beam: 2, candidates: 4, lookahead: 4, lambda: 4) with { MaxTokens = 8 }, 17, 40_000);

    [Fact]
    public async Task RobustPreferenceSelection_AnswersAndChoice_AreThoseOfTheCpuEngine()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var selection = new PreferenceSelection
        {
            Target = PreferenceDirection.Parse("length=0.8,short=0.6"),
            Objectives = [new("length", new LengthRange(10, 20)), new("short", new LengthRange(1, 5))],
            Conditioner = PreferenceConditioner.Dpa(),
            Plan = PreferencePlan.Rps(),
        };
        // of the whole vocabulary, almost flat here, each token has less of a draw's range than the engines differ by
        var request = new DecodingRequest { Prompt = Text, Decoder = Decoders.Sample() with { Distribution = new() { TopK = 8 }, Selection = selection }, MaxTokens = 8, Seed = 5 };
        var actual = await new Decoder(_folder.TorchModel).GenerateAsync(request, cancellation);
        var expected = await new Decoder(_folder.CpuModel).GenerateAsync(request, cancellation);
        Assert.Equal(expected.Answers.Select(answer => answer.Text), actual.Answers.Select(answer => answer.Text));
        Assert.Equal(((PreferenceReport)expected.Selection!).Chosen.Number, ((PreferenceReport)actual.Selection!).Chosen.Number);
    }

    private static string Text => string.Join(' ', Prompt.Select(NumberedWords.Word));

    private async Task Compare(SearchSetup options, params int[] wished)
    {
        var request = new DecodingRequest
        {
            Prompt = Text,
            Heuristics = wished is [] ? [] : [new(new KeywordCoverage(wished.Select(id => Keyword.Of(NumberedWords.Word(id)))))],
        }.With(options with { Savings = SavingsOptions.All with { Pipeline = 4 } }); // each engine's own width follows what its passes cost
        var actual = await new Decoder(_folder.TorchModel).GenerateAsync(request, TestContext.Current.CancellationToken);
        var expected = await new Decoder(_folder.CpuModel).GenerateAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected.Answers.Select(answer => answer.Text), actual.Answers.Select(answer => answer.Text));
        Assert.Equal(expected.Answer.LogProbability, actual.Answer.LogProbability, 1e-3);
        Assert.Equal(expected.Statistics.TokenEvaluations, actual.Statistics.TokenEvaluations);
    }

    private static double Largest(double[] one, double[] other)
    {
        var largest = 0.0;
        for (var token = 0; token < one.Length; token++) largest = Math.Max(largest, Math.Abs(one[token] - other[token]));
        return largest;
    }

    /// <summary>How far log-probabilities are from the reference's at most, also in last places of the position's largest logit.</summary>
    private static (double Largest, double LastPlaces) FromReference(string engine, double[][] logits, IReadOnlyList<double[]> actual)
    {
        var (largest, square, units, count) = (0.0, 0.0, 0.0, 0);
        for (var position = 0; position < logits.Length; position++)
        {
            var top = logits[position].Max();
            var normalizer = top + Math.Log(logits[position].Sum(logit => Math.Exp(logit - top)));
            // the last bit of the largest logit, which is what rounding a row's sums once would cost
            var unit = MathF.BitIncrement((float)logits[position].Max(Math.Abs)) - (float)logits[position].Max(Math.Abs);
            for (var token = 0; token < logits[position].Length; token++, count++)
            {
                var difference = Math.Abs(logits[position][token] - normalizer - actual[position][token]);
                largest = Math.Max(largest, difference);
                units = Math.Max(units, difference / unit);
                square += difference * difference;
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{engine} beside double precision, {logits.Length} positions: root mean square {Math.Sqrt(square / count):E2}, largest {largest:E2}, that is {units:0} last places of the position's largest logit ({logits.SelectMany(row => row).Max(Math.Abs):0.0})");
        return (largest, units);
    }
}
