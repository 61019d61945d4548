using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

/// <summary>Weights from pairs: against pairs that were drawn by known weights, and against closed forms.</summary>
public class PreferenceFitTests
{
    private static readonly string[] Names = ["a", "b", "c"];
    private static readonly double[] True = [1, -0.5, 0];

    [Theory]
    [InlineData(200)]
    [InlineData(1000)]
    public void Fit_PairsDrawnByKnownWeights_IntervalsHoldThemInNinetyFiveOfAHundred(int pairs)
    {
        const int runs = 200;
        var held = new int[True.Length];
        var means = new double[True.Length];
        for (var run = 0; run < runs; run++)
        {
            var fitted = PreferenceFit.Fit(Drawn(pairs, run), Names);
            for (var j = 0; j < True.Length; j++)
            {
                var weight = fitted.Weights[j];
                if (weight.Least <= True[j] && True[j] <= weight.Greatest) held[j]++;
                means[j] += weight.Weight / runs;
            }
        }
        TestContext.Current.SendDiagnosticMessage("{0} pairs, {1} runs: intervals hold {2}; means {3}", pairs, runs, string.Join(", ", held), string.Join(", ", means));
        Assert.All(held, count => Assert.InRange((double)count / runs, 0.91, 0.985));
        for (var j = 0; j < True.Length; j++) Assert.InRange(means[j], True[j] - 0.06, True[j] + 0.06);
    }

    [Fact]
    public void Fit_OneHeuristicThatIsOneOrMinusOne_IsTheLogitOfItsShare()
    {
        // 30 of 40 pairs: the maximum of the likelihood is log(30/10), which a wide prior leaves as it is
        var fitted = PreferenceFit.Fit([.. Enumerable.Range(0, 40).Select(i => new double[] { i < 30 ? 2 : -2 })], ["a"], new() { PriorDeviation = 1e4 });
        var weight = Assert.Single(fitted.Weights);
        Assert.Equal(Math.Log(3) / 2, weight.Weight, 6);
        // its standard error is 1/sqrt(n·p·(1−p)) in units of the difference
        Assert.Equal(1.959963984540054 / Math.Sqrt(40 * 0.75 * 0.25) / 2, weight.Greatest - weight.Weight, 6);
        Assert.Equal(0.75, weight.Alone.Share);
    }

    [Fact]
    public void Fit_AnyPairs_LeavesNoSlope()
    {
        var differences = Drawn(60, 7);
        var weights = PreferenceFit.Fit(differences, Names, new() { PriorDeviation = 1.5 }).Weights;
        for (var j = 0; j < Names.Length; j++)
        {
            // of the prior the weight times the difference's root mean square counts
            var scale = Math.Sqrt(differences.Average(d => d[j] * d[j]));
            var slope = weights[j].Weight * scale * scale / (1.5 * 1.5) - differences.Sum(d => d[j] / (1 + Math.Exp(weights.Select((weight, i) => weight.Weight * d[i]).Sum())));
            Assert.Equal(0, slope, 6);
        }
    }

    [Fact]
    public void Fit_HeuristicInOtherUnits_WeighsTheSame()
    {
        var plain = PreferenceFit.Fit(Drawn(50, 3), Names);
        var scaled = PreferenceFit.Fit([.. Drawn(50, 3).Select(d => new[] { d[0] * 1e6, d[1], d[2] * 1e-6 })], Names);
        Assert.Equal(plain.Weights[0].Weight, scaled.Weights[0].Weight * 1e6, 8);
        Assert.Equal(plain.Weights[2].Least, scaled.Weights[2].Least * 1e-6, 8);
        Assert.Equal(plain.HeldOut, scaled.HeldOut);
    }

    [Fact]
    public void Fit_TenPairs_IsCautiousAndSaysSo()
    {
        var fitted = PreferenceFit.Fit(Drawn(10, 1), Names);
        Assert.Contains(fitted.Findings, finding => finding.Contains("10 pairs are few", StringComparison.Ordinal));
        Assert.All(fitted.Weights, weight => Assert.InRange(Math.Abs(weight.Weight), 0, 5));
        Assert.All(fitted.Weights, weight => Assert.True(weight.Greatest - weight.Least > 1));
    }

    [Fact]
    public void Fit_OneSidedPairs_GivesFiniteWeightsAndSaysSo()
    {
        var fitted = PreferenceFit.Fit([.. Enumerable.Range(1, 50).Select(i => new double[] { i, 0, i % 3 - 1 })], Names);
        Assert.All(fitted.Weights, weight => Assert.True(double.IsFinite(weight.Weight) && double.IsFinite(weight.Greatest)));
        Assert.True(fitted.Weights[0].Weight > 0);
        Assert.Equal(0, fitted.Weights[1].Weight);
        Assert.Contains(fitted.Findings, finding => finding.StartsWith("no pair prefers the text with less a", StringComparison.Ordinal));
        Assert.Contains(fitted.Findings, finding => finding.StartsWith("b is the same in both texts", StringComparison.Ordinal));
        Assert.Contains(fitted.Findings, finding => finding.StartsWith("the weights rank every pair right", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_ContradictoryPairs_SaysThatNothingIsShown()
    {
        var fitted = PreferenceFit.Fit([.. Enumerable.Range(0, 100).Select(i => new double[] { i % 2 == 0 ? 1 : -1, i % 2 == 0 ? 1 : -1 })], ["a", "b"]);
        Assert.Equal(0, fitted.Weights[0].Weight, 9);
        Assert.Contains(fitted.Findings, finding => finding.Contains("not shown to do better than chance", StringComparison.Ordinal));
        Assert.Contains(fitted.Findings, finding => finding.StartsWith("a and b differ nearly always together", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_Texts_AreScoredAsTheyStand()
    {
        PreferencePair[] pairs = [.. Enumerable.Range(0, 40).Select(i => new PreferencePair("Go", new string('x', 1 + i % 4), i % 5 == 0 ? "yyyyyyyy" : "")), new("Go", "same", "same"), new("Go", "", "x")];
        var fitted = await PreferenceFit.RunAsync(pairs, [new("length", Heuristic.FromText("length", text => text.Length))], cancellationToken: TestContext.Current.CancellationToken);
        var expected = PreferenceFit.Fit([.. pairs.Where(pair => pair.Chosen != pair.Rejected).Select(pair => new double[] { pair.Chosen.Length - pair.Rejected.Length })], ["length"]);
        Assert.Equal(expected.Weights, fitted.Weights);
        Assert.Equal(41, fitted.Pairs);
        Assert.Contains(fitted.Findings, finding => finding.StartsWith("1 pairs have two equal texts", StringComparison.Ordinal));
        Assert.Contains(fitted.Findings, finding => finding.Contains("the other way round too", StringComparison.Ordinal));
    }

    [Fact]
    public void ToHeuristic_WrittenAndRead_IsTheWeightedSum()
    {
        using var folder = new TempFolder();
        var fitted = PreferenceFit.Fit(Drawn(80, 2), ["distinct=2", "length=3..5", "coverage=fox"]);
        FittedWeightsFile.Write(folder.File("weights.json"), fitted);
        var read = FittedWeightsFile.Read(folder.File("weights.json"));
        Assert.Equal(fitted.Weights, read.Weights);
        var (heuristic, weight) = HeuristicParser.Parse($"fitted={folder.File("weights.json")}@2");
        Assert.Equal(2, weight);
        Assert.Equal(fitted.Weights.Select(one => one.Weight), Assert.IsType<WeightedSum>(heuristic).Weights);
        var direction = read.ToDirection();
        Assert.Equal(["coverage", "distinct", "length"], direction.Objectives.Order());
        Assert.Equal(1, direction.Weights.Sum(one => one * one), 9);
        var settings = DecoderCatalogue.Get(PreferenceSpecification.Decoder).Complete(new Dictionary<string, object>
        {
            ["preference"] = $"fitted:{folder.File("weights.json")}", ["objective"] = new[] { "distinct=distinct=2", "length=length=3..5", "coverage=coverage=fox" }, ["conditioner"] = "dpa",
        });
        Assert.Equal(direction, PreferenceSpecification.Read(settings, 0, null, spec => new(HeuristicParser.Parse(spec).Heuristic)).Target);
        Assert.Throws<FormatException>(() => (fitted with { Weights = [fitted.Weights[0] with { Key = "reward=dir" }] }).ToHeuristic());
    }

    [Theory]
    [InlineData("""{"format":"decodealign-weights/1","fit":{"weights":[],"pairs":1,"heldOut":{"share":1,"least":0,"greatest":1}}}""", "from 1 to 256 weights")]
    [InlineData("""{"format":"other/1"}""", "format is not")]
    [InlineData("[1]", "weights.json")]
    [InlineData("""{"format":"decodealign-weights/1","fit":{"weights":[{"key":"","weight":1,"least":0,"greatest":1,"alone":null}],"pairs":1,"heldOut":null}}""", "needs a key")]
    public void Read_BrokenFile_NamesWhatIsWrong(string json, string expected)
    {
        using var folder = new TempFolder();
        folder.Write("weights.json", json);
        Assert.Contains(expected, Assert.Throws<FormatException>(() => FittedWeightsFile.Read(folder.File("weights.json"))).Message, StringComparison.Ordinal);
    }

    // features of two texts each, correlated, and preferred by the model itself
    private static List<double[]> Drawn(int pairs, int seed)
    {
        var random = new Random(1000 + seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var differences = new List<double[]>(pairs);
        for (var i = 0; i < pairs; i++)
        {
            var a = Normal();
            double[] d = [a, 0.5 * a + Normal(), Normal()];
            var chance = 1 / (1 + Math.Exp(-d.Zip(True, (value, weight) => value * weight).Sum()));
            differences.Add(random.NextDouble() < chance ? d : [.. d.Select(value => -value)]);
        }
        return differences;
    }
}
