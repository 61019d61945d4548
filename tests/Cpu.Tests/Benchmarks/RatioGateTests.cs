using DecodeAlign.Benchmarks;

namespace DecodeAlign.Tests;

public class RatioGateTests
{
    private static readonly MachineDescription Machine = new("a processor", 2, "24 GiB", "a system", ".NET", "512 bits");

    [Fact]
    public void Compare_RatioBelowTolerance_FailsThatFigureAlone()
    {
        var verdicts = RatioGate.Compare(Run(("decode/a", 10), ("decode/b", 4)), [Run(("decode/a", 7.9), ("decode/b", 4))], tolerance: 0.2);
        Assert.Equal([true, false], verdicts.Select(verdict => verdict.Failed));
        Assert.Equal((10, 7.9), (verdicts[0].Before, verdicts[0].Now));
    }

    [Fact]
    public void Compare_NoiseWithinTolerance_Passes()
    {
        var random = new Random(1);
        for (var round = 0; round < 1000; round++)
        {
            var before = 0.1 + random.NextDouble() * 50;
            var noisy = before * (0.81 + random.NextDouble() * 0.5);
            Assert.DoesNotContain(RatioGate.Compare(Run(("decode", before)), [Run(("decode", noisy), ("new", 1))], tolerance: 0.2), verdict => verdict.Failed);
        }
    }

    [Fact]
    public void Compare_RoundsThatDiffer_AllowForTheirSpreadButNotForALossOfHalf()
    {
        var before = new ContestResult { Name = "decode", Ratio = 10, Rounds = [8, 9, 10, 11, 12] };
        // quartiles 9 and 11: a tenth each way
        Assert.Equal(0.1, RatioGate.Spread(before), 6);
        Assert.False(Verdict(before, before with { Ratio = 7.1, Rounds = [7.1, 7.1, 7.1] }).Failed);
        Assert.True(Verdict(before, before with { Ratio = 6.9, Rounds = [6.9, 6.9, 6.9] }).Failed);
        Assert.True(Verdict(before, before with { Ratio = 5, Rounds = [1, 2, 5, 20, 40] }).Failed);
    }

    [Fact]
    public void Compare_FallenInOneOfTwoNewRuns_IsNoise()
    {
        Assert.Equal([false, true], RatioGate.Compare(Run(("decode", 2), ("deal", 3)), [Run(("decode", 1), ("deal", 2)), Run(("decode", 1.9)), Run(("deal", 1.9))], tolerance: 0.2).Select(verdict => verdict.Failed));
    }

    private static RatioVerdict Verdict(ContestResult before, ContestResult now) =>
        Assert.Single(RatioGate.Compare(new() { Machine = Machine, Results = [before] }, [new() { Machine = Machine, Results = [now] }], tolerance: 0.2));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(-3)]
    public void Compare_RatioThatIsNone_Fails(double ratio) =>
        Assert.True(Assert.Single(RatioGate.Compare(Run(("decode", 2)), [Run(("decode", ratio))], tolerance: 0.2)).Failed);

    [Fact]
    public void Compare_FigureNotMeasured_Fails() =>
        Assert.Equal([false, true], RatioGate.Compare(Run(("decode", 2), ("memory", 1.1)), [Run(("decode", 2))], tolerance: 0.2).Select(verdict => verdict.Failed));

    [Fact]
    public void Compare_ToleranceOutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RatioGate.Compare(Run(), [Run()], -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RatioGate.Compare(Run(), [Run()], 1));
    }

    [Fact]
    public void Write_ARun_IsReadAgainToFourDigits()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "run.json");
        var run = new BenchmarkRun
        {
            Machine = Machine,
            Ceilings = new Dictionary<string, double> { ["readBytesPerSecond"] = 38_123_456_789 },
            Results = [new() { Name = "decode/a", Ratio = 12.34567, Rounds = [11.98765, 12.5], TokensPerSecond = 0.98765, ShareOfBandwidth = 0.5 }],
        };
        run.Write(path);
        var read = BenchmarkRun.Read(path);
        Assert.Equal(Machine, read.Machine);
        Assert.Equal(38_123_456_789, read.Ceilings["readBytesPerSecond"]);
        Assert.Equal((12.35, 0.9877, 0.5, (double?)null), (read.Results[0].Ratio, read.Results[0].TokensPerSecond, read.Results[0].ShareOfBandwidth!.Value, read.Results[0].ShareOfMultiplyAdds));
        Assert.DoesNotContain(RatioGate.Compare(run, [read], 0.01), verdict => verdict.Failed);
    }

    private static BenchmarkRun Run(params (string Name, double Ratio)[] results) =>
        new() { Machine = Machine, Results = [.. results.Select(result => new ContestResult { Name = result.Name, Ratio = result.Ratio })] };
}
