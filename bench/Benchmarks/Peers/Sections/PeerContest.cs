using System.Globalization;

namespace DecodeAlign.Benchmarks;

/// <summary>A way to have llama.cpp do something, opened and called once.</summary>
/// <param name="Label">What it was told.</param>
/// <param name="Owner">To dispose with it.</param>
/// <param name="Call">Does it.</param>
/// <param name="Milliseconds">Of a call.</param>
internal sealed record PeerWay(string Label, IDisposable Owner, Action Call, double Milliseconds);

/// <summary>Ours beside the quickest of the peer's ways, in turn; a row of a table.</summary>
internal static class PeerContest
{
    public const string Header = "tokens/s | llama.cpp | ours ÷ llama.cpp | quartiles | best ÷ best | llama.cpp was told |\n|---|---|---|---|---|---|---|";

    /// <summary>Opens the quickest of some ways: each is called once to warm up, then timed.</summary>
    public static PeerWay Quickest(IEnumerable<(string Label, Func<(IDisposable Owner, Action Call)> Open)> ways, double milliseconds)
    {
        PeerWay? kept = null;
        foreach (var (label, open) in ways)
        {
            var (owner, call) = open();
            call();
            var time = Contest.Measure(call, milliseconds).Median;
            if (time < (kept?.Milliseconds ?? double.PositiveInfinity))
            {
                kept?.Owner.Dispose();
                kept = new(label, owner, call, time);
            }
            else owner.Dispose();
        }
        return kept ?? throw new ArgumentException("there is no way", nameof(ways));
    }

    /// <summary>Measures and prints.</summary>
    /// <param name="report">Says how many rounds.</param>
    /// <param name="name">As results know it.</param>
    /// <param name="tokens">Tokens of a call of either.</param>
    /// <param name="ours">One call; it has been called before.</param>
    /// <param name="theirs">The quickest way.</param>
    /// <param name="milliseconds">Of a round of each.</param>
    /// <param name="also">What is done in each round beside them; null: nothing.</param>
    public static ContestResult Run(PeersReport report, string name, double tokens, Action ours, PeerWay theirs, double milliseconds, Action? also = null)
    {
        using var owner = theirs.Owner;
        var contest = new Contest(name, tokens, ours, tokens, theirs.Call) { IsPeer = true };
        for (var round = 0; round < report.Rounds; round++)
        {
            contest.Round(milliseconds);
            also?.Invoke();
        }
        var result = contest.Result() with { Baseline = theirs.Label };
        Print(result);
        return result;
    }

    public static void Print(ContestResult result) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {result.Name} | {result.TokensPerSecond:0.0} | {result.BaselineTokensPerSecond:0.0} | {result.Ratio:0.00} | {Samples.PercentileOf(result.Rounds, 25):0.00} to {Samples.PercentileOf(result.Rounds, 75):0.00} | {result.BestRatio:0.00} | {result.Baseline} |"));
}
