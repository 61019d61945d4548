using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class WeightSweepTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2, 4, 5)]
    [InlineData(3, 3, 10)]
    [InlineData(4, 2, 10)]
    public void Simplex_HasEachLatticePointOnce(int parts, int of, int count)
    {
        var points = WeightSweep.Simplex(parts, of).ToList();
        Assert.Equal(count, points.Count);
        Assert.Equal(count, points.Select(point => string.Join(' ', point)).Distinct().Count());
        Assert.All(points, point => Assert.Equal(1, point.Sum(), 1e-12));
        Assert.All(points, point => Assert.All(point, share => Assert.Equal(share * of, Math.Round(share * of), 1e-9)));
    }

    [Theory]
    [InlineData("deal", FrontChoice.Knee)]
    [InlineData("deal", FrontChoice.Nash)]
    [InlineData("best-of", FrontChoice.MaxMin)]
    public async Task Sweep_IsTheFrontOfOneRunForEachWeighting_ByBruteForce(string inner, FrontChoice choice)
    {
        for (var seed = 0; seed < 8; seed++)
        {
            await using var model = TableEngine.Model(8, seed, ties: false);
            var parts = DecoderCatalogue.Get("sweep").Create([new("inner", inner), new("steps", 4), new("frontChoice", choice == FrontChoice.MaxMin ? "max-min" : $"{choice}".ToLowerInvariant()), new("lambda", 5.0), new("lookahead", 2), new("answers", 4)]);
            var request = Request(parts);
            var result = await new Decoder(model).GenerateAsync(request, Cancel);

            var alone = new List<Answer>();
            var evaluations = 0L;
            for (var k = 3; k >= 0; k--)
            {
                var (first, second) = request.Heuristics is [var a, var b] ? (a, b) : default;
                var run = await new Decoder(model).GenerateAsync(
                    request with
                    {
                        Decoder = DecoderCatalogue.Get(inner).Create([new("lambda", 5.0), new("lookahead", 2), new("answers", 4)]),
                        Heuristics = [first with { Weight = first.Weight * 2 * k / 3 }, second with { Weight = second.Weight * 2 * (3 - k) / 3 }],
                    },
                    Cancel);
                evaluations += run.Statistics.TokenEvaluations;
                foreach (var answer in run.Answers)
                    if (!alone.Exists(other => other.Ids.SequenceEqual(answer.Ids))) alone.Add(answer);
            }
            double[][] values = [.. alone.Select(answer => answer.Heuristics.Select(value => value.Name == "less" ? -value.Value : value.Value).ToArray())];
            int[] members = [.. Enumerable.Range(0, values.Length).Where(i => !values.Any(other => other[0] >= values[i][0] && other[1] >= values[i][1] && (other[0] > values[i][0] || other[1] > values[i][1])))];
            var report = Assert.IsType<SweepReport>(result.Selection);
            Assert.Equal(alone.Select(answer => answer.Text).Order(), result.Answers.Select(answer => answer.Text).Order());
            Assert.Equal(members.Select(i => alone[i].Text).Order(), report.Front.Select(answer => answer.Text).Order());
            Assert.Equal(alone[new ParetoFront(values).Choose(choice)].Text, result.Text);
            Assert.Equal(evaluations, result.Statistics.TokenEvaluations);
            Assert.Equal($"sweep over {inner}", result.Decoder);
            // the request's own weights stand beside the values
            Assert.All(result.Answers, answer => Assert.Equal([2, -1], answer.Heuristics.Select(value => value.Weight)));
            Assert.Equal(result.Answers, report.Points.Select(point => point.Answer));
        }
    }

    [Fact]
    public async Task Sweep_WithoutTwoHeuristicsOrADecoderThatRanks_IsRefused()
    {
        await using var model = TableEngine.Model(6, 1);
        var sweep = DecoderCatalogue.Get("sweep").Create();
        var one = await Assert.ThrowsAsync<ArgumentException>(() => new Decoder(model).GenerateAsync(Request(sweep) with { Heuristics = [Request(sweep).Heuristics[0]] }, Cancel));
        Assert.Contains("at least two heuristics", one.Message, StringComparison.Ordinal);
        var idle = await Assert.ThrowsAsync<NotSupportedException>(() => new Decoder(model).GenerateAsync(Request(DecoderCatalogue.Get("sweep").Create([new("inner", "sample")])), Cancel));
        Assert.Contains("'sample' ranks by none", idle.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => new Decoder(model).GenerateAsync(Request(sweep with { Selection = new WeightSweep(1001) }), Cancel));
        Assert.Throws<ArgumentException>("Steps", () => new WeightSweep(1).Validate());
    }

    private static DecodingRequest Request(DecoderParts decoder) => new()
    {
        Prompt = "a", Decoder = decoder, MaxTokens = 8,
        Heuristics = [new(new TextHeuristic((text, _) => text.Count(letter => letter is 'a' or 'c') / 4.0, name: "more"), 2), new(new TextHeuristic((text, _) => text.Distinct().Count() / 4.0, name: "less"), -1)],
    };
}
