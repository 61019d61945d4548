using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class ParetoFrontTests
{
    [Fact]
    public void Members_EqualBruteForce_AndTheVolumeIsThatOfRandomPoints()
    {
        var random = new Random(5);
        for (var round = 0; round < 60; round++)
        {
            var objectives = 1 + round % 4;
            // coarse values, so that there are ties
            double[][] values = [.. Enumerable.Range(0, 1 + random.Next(9)).Select(_ => Enumerable.Range(0, objectives).Select(_ => random.Next(6) / 5.0).ToArray())];
            var front = new ParetoFront(values);
            var members = Enumerable.Range(0, values.Length)
                .Where(i => !values.Any(other => other.Zip(values[i], (a, b) => a >= b).All(holds => holds) && other.Zip(values[i], (a, b) => a > b).Any(holds => holds))).ToArray();
            Assert.Equal(members, front.Members);

            const int Points = 20_000;
            var hit = 0;
            for (var p = 0; p < Points; p++)
            {
                var point = Enumerable.Range(0, objectives).Select(_ => random.NextDouble()).ToArray();
                if (values.Any(value => value.Zip(point, (v, x) => v >= x).All(holds => holds))) hit++;
            }
            var volume = front.Hypervolume(new double[objectives]);
            Assert.InRange(hit / (double)Points, volume - 5 * Math.Sqrt(volume * (1 - volume) / Points) - 1e-9, volume + 5 * Math.Sqrt(volume * (1 - volume) / Points) + 1e-9);
        }
    }

    [Fact]
    public void Hypervolume_ByHand()
    {
        var front = new ParetoFront([[3, 1], [1, 3], [2, 2], [1, 1], [9, -5]]);
        Assert.Equal([0, 1, 2, 4], front.Members);
        // 3·1 + 2·1 + 1·1; what is below the reference in an objective adds nothing
        Assert.Equal(6, front.Hypervolume([0, 0]), 1e-12);
        Assert.Equal(1, front.Hypervolume([1, 1]), 1e-12);
    }

    [Theory]
    [InlineData(FrontChoice.Knee, 1)]
    [InlineData(FrontChoice.MaxMin, 1)]
    [InlineData(FrontChoice.Nash, 1)]
    public void Choose_BetweenExtremesAndABalance_TakesTheBalance(FrontChoice choice, int expected) => Assert.Equal(expected, new ParetoFront([[0, 10], [7, 7], [10, 0]]).Choose(choice));

    [Fact]
    public void Choose_TheRulesDiffer()
    {
        // shares (1, 0), (0.95, 0.3), (0.5, 0.5), (0, 1): distances 1, 0.70, 0.71, 1; products 0, 0.285, 0.25, 0; least 0, 0.3, 0.5, 0
        var front = new ParetoFront([[1, 0], [0.95, 0.3], [0.5, 0.5], [0, 1]]);
        Assert.Equal((1, 1, 2), (front.Choose(FrontChoice.Knee), front.Choose(FrontChoice.Nash), front.Choose(FrontChoice.MaxMin)));
    }

    [Fact]
    public void Values_ThatAreNone_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new ParetoFront([]));
        Assert.Throws<ArgumentException>(() => new ParetoFront([[1, 2], [1]]));
        Assert.Throws<ArgumentException>(() => new ParetoFront([[double.NaN]]));
        Assert.Throws<ArgumentException>(() => new ParetoFront([[1, 2]]).Hypervolume([0]));
        Assert.Null(ParetoFront.Of([]));
    }
}
