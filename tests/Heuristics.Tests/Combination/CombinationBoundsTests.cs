using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

/// <summary>What every rule promises: no value leaves the bounds that follow from its parts' bounds, and settled parts make a settled combination.</summary>
public class CombinationBoundsTests
{
    private const int Length = 8;

    public static TheoryData<string> Rules => ["sum", "along", "log-sigmoid", "max-min", "nash", "constrained", "constrained, capped", "lexicographic", "gated", "pessimistic", "very pessimistic", "votes", "sum of max-min and log-sigmoid"];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Bounds_RandomPartsWithTightBounds_HoldEveryValueAndSettle(string rule)
    {
        var random = new Random(31);
        for (var round = 0; round < 400; round++)
        {
            IHeuristic[] parts = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(i => RandomPart(random, $"part{i}", unbounded: round % 5 == 0))];
            var context = Generation.Context(ByteTokenizer.Of("a", "b"));
            using var session = Make(rule, parts, random).Open(context);
            var nodes = context.Nodes([.. Enumerable.Repeat(1, Length)]);
            for (var i = 0; i <= Length; i++)
                for (var left = 0; left <= Length - i; left++)
                {
                    var bounds = session.Bounds(nodes[i], left);
                    for (var j = i; j <= i + left; j++) Assert.InRange(session.Score(nodes[j], false), bounds.Least, bounds.Greatest);
                    if (left == 0 && round % 5 != 0) Assert.Equal(bounds.Least, bounds.Greatest);
                }
        }
    }

    private static IHeuristic Make(string rule, IHeuristic[] parts, Random random)
    {
        CentredPart[] centred = [.. parts.Select(part => new CentredPart(part, random.NextDouble() - 0.5, 0.1 + random.NextDouble(), 0.1 + random.NextDouble()))];
        return rule switch
        {
            "sum" => new WeightedSum(parts.Select(part => (part, random.Next(-2, 3) * random.NextDouble()))),
            "along" => WeightedSum.Along(parts, [.. parts.Select(_ => random.NextDouble() - 0.5)]),
            "log-sigmoid" => new LogSigmoidSum(centred),
            "max-min" => new MaxMin(centred),
            "nash" => new NashProduct(centred),
            "pessimistic" => new Pessimistic(random.NextDouble() / 2, [.. parts.Select(part => new CentredPart(part))]),
            "very pessimistic" => new Pessimistic(1 + 2 * random.NextDouble(), centred),
            "votes" => new Votes(centred),
            "constrained" => new Constrained(parts[0], parts[1..].Select(part => new Threshold(part, random.NextDouble() - 0.5, random.Next(3)))),
            "constrained, capped" => new Constrained(parts[0], parts[1..].Select(part => new Threshold(part, random.NextDouble() - 0.5)), cap: random.NextDouble() - 0.5),
            "lexicographic" => new Lexicographic(parts.Select(part => (part, 0.25 + random.NextDouble()))),
            "gated" => new Gated(_ => [.. parts.Select((_, i) => i % 2 == 0 ? 1.5 : -0.5)], parts),
            _ => new WeightedSum((new MaxMin(centred), 2), (new LogSigmoidSum(centred), -1)),
        };
    }

    // values along the path, and the least and greatest of what is still to come as bounds
    private static Given RandomPart(Random random, string name, bool unbounded)
    {
        var values = Enumerable.Range(0, Length + 1).Select(_ => Math.Round(4 * random.NextDouble() - 2, random.Next(3))).ToArray();
        if (unbounded && random.Next(2) == 0)
            return new(name, i => values[i], (_, _) => random.Next(3) switch { 0 => HeuristicBounds.Unbounded, 1 => new(double.NegativeInfinity, 2), _ => new(-2, double.PositiveInfinity) });
        return new(name, i => values[i], (i, left) => new(values[i..(i + left + 1)].Min(), values[i..(i + left + 1)].Max()));
    }
}
