using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class DirectionBanditTests
{
    private static readonly PreferenceDirection Target = PreferenceDirection.Parse("a=1,b=1");
    private static readonly Neighbourhood Arms = new() { Sampler = NeighbourhoodSampler.Symmetric };

    [Fact]
    public void Choose_KnowingNothing_AsksEachDirectionInTurn() =>
        Assert.Equal(Arms.Choose(Target), new DirectionBandit(Target, Arms).Choose(Target));

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0, 3)]
    public void Choose_OneDirectionIsBetterOrSpreadsMore_MostAnswersGoThere(double better, double spread)
    {
        var (bandit, random) = (new DirectionBandit(Target, Arms), new Random(1));
        var good = Arms.Choose(Target)[3];
        for (var request = 0; request < 200; request++)
            foreach (var direction in bandit.Choose(Target)) bandit.Observe(direction, direction.Equals(good) ? better + spread * Gaussian(random) : Gaussian(random));
        var spent = bandit.Spent.ToDictionary(arm => arm.Direction, arm => arm.Answers);
        Assert.Equal(1000, spent.Values.Sum());
        Assert.True(spent[good] > 600, $"{spent[good]} of 1000 answers");
    }

    [Fact]
    public void Choose_SameCallsInTheSameOrder_GivesTheSameDirections()
    {
        var (one, other) = (new DirectionBandit(Target, Arms, 3, seed: 7), new DirectionBandit(Target, Arms, 3, seed: 7));
        for (var request = 0; request < 50; request++)
        {
            var directions = one.Choose(Target);
            Assert.Equal(directions, other.Choose(Target));
            foreach (var direction in directions)
            {
                var score = direction.Weights[0] + request % 7 / 10.0;
                one.Observe(direction, score);
                other.Observe(direction, score);
            }
        }
    }

    [Fact]
    public async Task Observe_AResult_CountsItsAnswers()
    {
        await using var model = TableEngine.Model(8, 1, ties: false);
        var bandit = new DirectionBandit(Target, Arms, answers: 7);
        var selection = new PreferenceSelection
        {
            Target = Target,
            Objectives = [new("a", new TextHeuristic((text, _) => text.Length)), new("b", new TextHeuristic((_, _) => 1))],
            Conditioner = PreferenceConditioner.From("deaf", (prompt, _) => prompt),
            Plan = new() { Directions = bandit, Answers = 7 },
        };
        var result = await new Decoder(model).GenerateAsync(new() { Prompt = "a", Decoder = PreferencePlan.PaperDecoder with { Selection = selection }, MaxTokens = 5 }, TestContext.Current.CancellationToken);
        bandit.Observe((PreferenceReport)result.Selection!);
        Assert.Equal([2, 2, 1, 1, 1], bandit.Spent.Select(arm => arm.Answers));
    }

    [Fact]
    public void Bandit_BadArguments_AreNamed()
    {
        Assert.Throws<ArgumentException>("answers", () => new DirectionBandit(Target, Arms, 0));
        Assert.Throws<ArgumentException>("Count", () => new DirectionBandit(Target, new() { Count = 99 }));
        Assert.Throws<ArgumentException>("target", () => new DirectionBandit(Target, Arms).Choose(PreferenceDirection.Parse("a=1,b=2")));
        Assert.Throws<ArgumentException>("score", () => new DirectionBandit(Target, Arms).Observe(Target, double.NaN));
    }

    private static double Gaussian(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
