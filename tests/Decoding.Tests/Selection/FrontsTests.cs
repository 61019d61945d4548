using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Whatever gives several answers gives a front: beams, best-of-N, RPS.</summary>
public class FrontsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("beam")]
    [InlineData("deal")]
    [InlineData("diverse-beam")]
    [InlineData("best-of")]
    [InlineData("particles")]
    public async Task Of_ResultWithSeveralAnswers_IsTheFrontByBruteForce(string name)
    {
        var several = 0;
        for (var seed = 0; seed < 10; seed++)
        {
            await using var model = TableEngine.Model(8, seed, ties: false);
            var result = await new Decoder(model).GenerateAsync(
                new() { Prompt = "a", MaxTokens = 7, Heuristics = [new(new TextHeuristic((text, _) => Vowels(text)), 2), new(new TextHeuristic((text, _) => Length(text)), -1)], Decoder = DecoderCatalogue.Get(name).Create([new("beam", 5), new("candidates", 5), new("answers", 6)]) }, Cancel);
            double[][] values = [.. result.Answers.Select(answer => (double[])[Vowels(answer.Text), -Length(answer.Text)])];
            if (values.Length > 1) several++;
            Assert.Equal(Members(values), ParetoFront.Of(result)!.Members);
        }
        Assert.InRange(several, 5, 10);
    }

    [Fact]
    public async Task Of_Rps_IsTheFrontOfThePreferencesObjectives()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            await using var model = TableEngine.Model(8, seed, ties: false);
            var selection = new PreferenceSelection
            {
                Target = PreferenceDirection.Parse("vowels=0.8,long=-0.6"),
                Objectives = [new("vowels", new TextHeuristic((text, _) => Vowels(text))), new("long", new TextHeuristic((text, _) => Length(text)))],
                Conditioner = PreferenceConditioner.From("test", (prompt, _) => prompt),
            };
            var result = await new Decoder(model).GenerateAsync(new() { Prompt = "a", MaxTokens = 7, Decoder = Decoders.Sample() with { Selection = selection } }, Cancel);
            double[][] values = [.. result.Answers.Select(answer => (double[])[Vowels(answer.Text), -Length(answer.Text)])];
            Assert.Equal(5, values.Length);
            Assert.Equal(Members(values), ParetoFront.Of(result)!.Members);
            Assert.Equal(["vowels", "long"], ParetoFront.Ratings(result, result.Answer).Select(value => value.Name));
        }
    }

    // shares 0, 0.25, 0.5, 0.75, 1 of five objectives: the 20th percentile lies at place 0.8; Gini = (2·Σ i·xᵢ)/(n·Σx) − (n + 1)/n = 0.4
    [Fact]
    public void Measure_EvenSteps_ByTheClosedForm()
    {
        var front = new ParetoFront([[0, 0.25, 0.5, 0.75, 1], [1, 1, 1, 1, 0], [0.5, 0, 0, 0, 0.9]]);
        Assert.Equal([0, 1, 2], front.Members);
        var measures = front.Measure(0);
        Assert.Equal((0.5, 0, 0.2, 0.4), (measures.Mean, measures.Worst, Math.Round(measures.Percentile20, 12), Math.Round(measures.Gini, 12)));
        Assert.Throws<ArgumentException>("member", () => new ParetoFront([[1, 1], [0, 0]]).Measure(1));
        // one objective has all: Gini = (n − 1)/n
        var all = new ParetoFront([[1, 0, 0, 0], [0, 1, 1, 1]]).Measure(0);
        Assert.Equal((0.25, 0, 0, 0.75), (all.Mean, all.Worst, all.Percentile20, Math.Round(all.Gini, 12)));
        Assert.Equal(new FrontMeasures(1, 1, 1, 0), new ParetoFront([[3, 4]]).Measure(0));
    }

    private static int[] Members(double[][] values) =>
        [.. Enumerable.Range(0, values.Length).Where(i => !values.Any(other => other.Zip(values[i], (a, b) => a >= b).All(holds => holds) && other.Zip(values[i], (a, b) => a > b).Any(holds => holds)))];

    private static double Vowels(string text) => text.Count(letter => letter is 'a' or 'e') / 4.0;

    private static double Length(string text) => text.Distinct().Count() / 4.0;
}
