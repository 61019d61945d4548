using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

/// <summary>Cases worked by hand, and what the rules' papers say of them.</summary>
public class CombinationRuleTests
{
    private static readonly IHeuristic A = Given.Value("a", 1), B = Given.Value("b", 1), C = Given.Value("c", 1);

    [Fact]
    public void Along_ThreeFourDirection_IsTheUnitVectorsProduct()
    {
        var sum = WeightedSum.Along([A, B], [3, -4]);
        Assert.Equal([0.6, -0.8], sum.Weights);
        Assert.Equal(0.6 * 10 - 0.8 * 5, sum.Combine([10, 5]), 1e-12);
        Assert.Equal([1, 0], WeightedSum.Along([A, B], [1e-200, 0]).Weights);
        Assert.Throws<ArgumentException>(() => WeightedSum.Along([A, B], [0, 0]));
        Assert.Throws<ArgumentException>(() => WeightedSum.Along([A, B], [1]));
        Assert.Throws<ArgumentException>(() => WeightedSum.Along([A, B], [1, double.NaN]));
    }

    [Fact]
    public void LogSigmoid_HandWorked()
    {
        var rule = new LogSigmoidSum(new CentredPart(A, Reference: 2, Scale: 0.5, Weight: 3), new CentredPart(B));
        // at the references: log ½ each
        Assert.Equal(3 * Math.Log(0.5) + Math.Log(0.5), rule.Combine([2, 0]), 1e-12);
        // one deviation above, log 3 below
        Assert.Equal(3 * -Math.Log(1 + Math.Exp(-1)) + Math.Log(0.25), rule.Combine([2.5, -Math.Log(3)]), 1e-12);
        // far out neither overflows nor rounds to nothing: log σ(−1000) = −1000, log σ(40) = −e^−40
        Assert.Equal(-1000, new LogSigmoidSum(new CentredPart(A)).Combine([-1000]));
        Assert.Equal(-Math.Exp(-40), new LogSigmoidSum(new CentredPart(A)).Combine([40]), 1e-30);
    }

    [Fact]
    public void LogSigmoid_IsASoftAnd_OfGainsOverTheReference()
    {
        var rule = new LogSigmoidSum(new CentredPart(A), new CentredPart(B));
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var (x, y, d) = (6 * random.NextDouble() - 3, 6 * random.NextDouble() - 3, 0.01 + random.NextDouble());
            // of equal sums the more balanced one is worth more, and a gain is worth most where a part is behind
            Assert.True(rule.Combine([x, x]) > rule.Combine([x - d, x + d]));
            var (behind, ahead) = (Math.Min(x, y), Math.Max(x, y) + 0.01);
            Assert.True(rule.Combine([behind + d, ahead]) > rule.Combine([behind, ahead + d]));
            // a reward is known up to a constant for each prompt: it cancels against the reference
            var shifted = new LogSigmoidSum(new CentredPart(A, Reference: 7), new CentredPart(B));
            Assert.Equal(rule.Combine([x, y]), shifted.Combine([x + 7, y]), 1e-9);
        }
        // the damping of reward hacking: past the reference, more of one part approaches a limit
        Assert.InRange(rule.Combine([100, 0]) - rule.Combine([10, 0]), 0, 1e-4);
    }

    [Fact]
    public void Pessimistic_IsTheMeanLessDeviations()
    {
        var rule = new Pessimistic(0.5, new CentredPart(A), new CentredPart(B, Reference: 1, Scale: 2), new CentredPart(C));
        // gains 2, 5, 8: mean 5, deviation √6
        Assert.Equal(5 - 0.5 * Math.Sqrt(6), rule.Combine([2, 11, 8]), 1e-12);
        // agreement beats a greater mean: 4, 4, 4 against 0, 0, 13
        var agreed = new Pessimistic(1, new CentredPart(A), new CentredPart(B), new CentredPart(C));
        Assert.True(agreed.Combine([4, 4, 4]) > agreed.Combine([0, 0, 13]));
        // weights 3 to 1: mean 3, variance (3·1 + 1·9)/4 = 3
        Assert.Equal(3 - Math.Sqrt(3), new Pessimistic(1, new CentredPart(A, Weight: 3), new CentredPart(B)).Combine([4, 0]), 1e-12);
        Assert.Throws<ArgumentException>(() => new Pessimistic(-1, new CentredPart(A)));
    }

    [Fact]
    public void Votes_AreSharesOfWhatLiesAboveItsReference()
    {
        var rule = new Votes(new CentredPart(A, 1), new CentredPart(B, 0, Weight: 2), new CentredPart(C, -1));
        Assert.Equal(0.75, rule.Combine([2, 0.1, -1]), 1e-12);
        Assert.Equal(0, rule.Combine([1, 0, -1]), 1e-12);
        // no part makes up for the others
        Assert.Equal(0.25, rule.Combine([1e9, -1, -1]), 1e-12);
    }

    [Fact]
    public void MaxMin_IsTheWorstPartsGain()
    {
        var rule = new MaxMin(new CentredPart(A, 1, 2), new CentredPart(B, 0, 1));
        Assert.Equal(1.5, rule.Combine([4, 9]));
        Assert.Equal(-2, rule.Combine([4, -2]));
        // what is not the worst does not count
        Assert.Equal(rule.Combine([4, 9]), rule.Combine([4, 1000]));
    }

    [Fact]
    public void Nash_HandWorked_AndIndifferentToEachPartsScale()
    {
        var rule = new NashProduct(new CentredPart(A, Reference: 1), new CentredPart(B, Reference: 0, Weight: 2));
        Assert.Equal(Math.Log(3) + 2 * Math.Log(5), rule.Combine([4, 5]), 1e-12);
        // below the least gain: the tangent, log 0.01 + (g − 0.01)/0.01
        Assert.Equal(Math.Log(0.01) - 201 + 2 * Math.Log(5), rule.Combine([-1, 5]), 1e-9);
        var random = new Random(6);
        for (var i = 0; i < 300; i++)
        {
            var unit = 1 + 9 * random.NextDouble();
            var plain = new NashProduct(new CentredPart(A, 1), new CentredPart(B, 2));
            var scaled = new NashProduct(new CentredPart(A, 1 * unit), new CentredPart(B, 2));
            double[] one = [1.2 + random.NextDouble(), 2.2 + random.NextDouble()], two = [1.2 + random.NextDouble(), 2.2 + random.NextDouble()];
            Assert.Equal(plain.Combine(one) > plain.Combine(two), scaled.Combine([one[0] * unit, one[1]]) > scaled.Combine([two[0] * unit, two[1]]));
            // the ranking is the product's
            Assert.Equal((one[0] - 1) * (one[1] - 2) > (two[0] - 1) * (two[1] - 2), plain.Combine(one) > plain.Combine(two));
        }
    }

    [Fact]
    public void Constrained_CountsTheObjectiveAlone_WhereThresholdsAreMet()
    {
        var rule = new Constrained(A, [new(B, 0.5, 10), new(C, 2, 3)], cap: 6);
        Assert.Equal(4, rule.Combine([4, 0.5, 2]));
        Assert.Equal(4, rule.Combine([4, 100, 100]));
        Assert.Equal(4 - 10 * 0.25 - 3 * 1, rule.Combine([4, 0.25, 1]), 1e-12);
        Assert.Equal(6, rule.Combine([1000, 1, 3]));
    }

    [Fact]
    public void Lexicographic_RandomPairs_OrdersAsTheTuplesOfSteps()
    {
        var rule = new Lexicographic((A, 0.25), (B, 1), (C, 1));
        var random = new Random(8);
        for (var i = 0; i < 2000; i++)
        {
            var (one, two) = (Draw(), Draw());
            var expected = Key(one).CompareTo(Key(two));
            Assert.Equal(expected, Math.Sign(rule.Combine(one).CompareTo(rule.Combine(two))));
        }
        // 2/3 of coverage in steps of a third is two of them, however it rounds
        Assert.Equal(2.5, new Lexicographic((A, 1 / 3.0), (B, 1)).Combine([2 / 3.0, 0]));

        double[] Draw() => [random.Next(5) / 4.0, random.Next(-3, 4), Math.Round(20 * random.NextDouble() - 10, 1)];

        static (double, double, double) Key(double[] values) => (Math.Floor(values[0] / 0.25), Math.Floor(values[1]), values[2]);
    }

    [Fact]
    public void Gated_Prompt_DecidesTheWeights()
    {
        var gated = new Gated(prompt => prompt.Contains("true", StringComparison.Ordinal) ? [1, 0] : [0.25, 0.75], Given.Value("truth", 8), Given.Value("warmth", 4));
        Assert.Equal(8, Score(gated, "Is it true?"));
        Assert.Equal(5, Score(gated, "Tell me a story."));
        Assert.Contains("gated", Assert.Throws<HeuristicException>(() => Score(new Gated(_ => [1], A, B), "")).Message);
        Assert.Contains("gate failed", Assert.Throws<HeuristicException>(() => Score(new Gated(_ => throw new InvalidOperationException(), A), "")).Message);
    }

    [Fact]
    public void Part_ThatFails_IsNamed()
    {
        var bad = Heuristic.FromText("mine", _ => throw new InvalidOperationException("no answer"));
        foreach (var rule in (IHeuristic[])[new MaxMin(new CentredPart(A), new CentredPart(bad)), new WeightedSum((A, 1), (new LogSigmoidSum(new CentredPart(bad)), 0))])
        {
            var fault = Assert.Throws<HeuristicException>(() => Score(rule, ""));
            Assert.Equal("mine", fault.Heuristic);
            Assert.Contains("no answer", fault.Message);
        }
    }

    [Fact]
    public void Constructors_BadNumbers_AreNamed()
    {
        Assert.Contains("scale of 'a'", Assert.Throws<ArgumentException>(() => new MaxMin(new CentredPart(A, 0, 0))).Message);
        Assert.Contains("weight of 'a'", Assert.Throws<ArgumentException>(() => new NashProduct(new CentredPart(A, 0, 1, -1))).Message);
        Assert.Contains("reference of 'a'", Assert.Throws<ArgumentException>(() => new LogSigmoidSum(new CentredPart(A, double.NaN))).Message);
        Assert.Contains("multiplier of 'b'", Assert.Throws<ArgumentException>(() => new Constrained(A, [new(B, 0, -1)])).Message);
        Assert.Contains("step of 'a'", Assert.Throws<ArgumentException>(() => new Lexicographic((A, 0), (B, 1))).Message);
        Assert.Throws<ArgumentException>(() => new MaxMin());
        Assert.Throws<ArgumentException>(() => new Gated(_ => []));
        Assert.Throws<ArgumentException>(() => new MaxMin(new CentredPart()));
    }

    private static double Score(IHeuristic heuristic, string prompt)
    {
        var context = Generation.Context(ByteTokenizer.Of("a"), prompt);
        using var session = heuristic.Open(context);
        return session.Score(context.Root, true);
    }
}
