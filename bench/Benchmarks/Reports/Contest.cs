using System.Diagnostics;

namespace DecodeAlign.Benchmarks;

/// <summary>Something of ours and its baseline, measured in turn, round by round, so that whatever else the machine does disturbs both.</summary>
/// <param name="name">As results and the comparison of runs know it.</param>
/// <param name="tokens">Tokens of one call of ours.</param>
/// <param name="ours">One call of ours.</param>
/// <param name="baselineTokens">Tokens of one call of the baseline.</param>
/// <param name="baseline">One call of the baseline.</param>
internal sealed class Contest(string name, double tokens, Action ours, double baselineTokens, Action baseline)
{
    private readonly Samples _ours = new();
    private readonly Samples _baseline = new();
    private readonly List<double> _ratios = [];
    private readonly List<double> _speeds = [];
    private readonly List<double> _baselineSpeeds = [];

    /// <summary>What to do before each round of ours.</summary>
    public Action? BeforeOurs { get; init; }

    /// <summary>What to do before each round of the baseline.</summary>
    public Action? BeforeBaseline { get; init; }

    /// <summary>Whether the baseline is another engine, whose speed is told too.</summary>
    public bool IsPeer { get; init; }

    /// <summary>Tokens a second, the median of each round.</summary>
    public IReadOnlyList<double> Speeds => _speeds;

    /// <summary>Calls both once, unmeasured.</summary>
    public void WarmUp()
    {
        ours();
        baseline();
    }

    public void Round(double milliseconds)
    {
        BeforeOurs?.Invoke();
        var one = Measure(ours, milliseconds);
        BeforeBaseline?.Invoke();
        var other = Measure(baseline, milliseconds);
        _ours.Add(one);
        _baseline.Add(other);
        _speeds.Add(1000 * tokens / one.Median);
        _baselineSpeeds.Add(1000 * baselineTokens / other.Median);
        _ratios.Add(tokens / one.Median / (baselineTokens / other.Median));
    }

    public ContestResult Result() => new()
    {
        Name = name,
        Ratio = Samples.MedianOf(_ratios),
        Rounds = [.. _ratios],
        BestRatio = tokens / _ours.Best / (baselineTokens / _baseline.Best),
        TokensPerSecond = Samples.MedianOf(_speeds),
        BaselineTokensPerSecond = IsPeer ? Samples.MedianOf(_baselineSpeeds) : null,
        BestTokensPerSecond = 1000 * tokens / _ours.Best,
        MedianMilliseconds = _ours.Median,
        P95Milliseconds = _ours.Percentile(95),
        P99Milliseconds = _ours.Percentile(99),
    };

    /// <summary>Wall times of calls, one after the other, for some milliseconds.</summary>
    public static Samples Measure(Action call, double milliseconds)
    {
        var samples = new Samples();
        var started = Stopwatch.GetTimestamp();
        do
        {
            var before = Stopwatch.GetTimestamp();
            call();
            samples.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
        while (Stopwatch.GetElapsedTime(started).TotalMilliseconds < milliseconds);
        return samples;
    }
}
