using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A value of (text, ended), and what a text can still reach with so many tokens left.</summary>
internal sealed record TestReward(Func<string, bool, double> Score, Func<string, int, HeuristicBounds> Bounds)
{
    /// <summary>Any of the kinds; few different values each, so that ties are common.</summary>
    public static TestReward Random(Random random, int seed) => random.Next(8) switch
    {
        0 => Hash(seed, HeuristicBounds.Unbounded),
        7 => InPassing(Hash(seed, HeuristicBounds.Unbounded)),
        1 or 2 => Hash(seed, new(0, 1)),
        3 => Count('a', 2),
        4 => Count('b', 1),
        5 => FirstLetter,
        _ => Brevity,
    };

    // values in {0, ¼, ½, ¾, 1}; an ended text is worth something else than the same text in passing
    private static TestReward Hash(int seed, HeuristicBounds bounds) => new(
        (text, ended) =>
        {
            var hash = Randomness.Mix((ulong)seed, ended ? 1UL : 0UL);
            foreach (var c in text) hash = Randomness.Mix(hash, c);
            return hash % 5 / 4.0;
        },
        (_, _) => bounds);

    // known as it stands, and not at all beyond
    private static TestReward InPassing(TestReward reward) => reward with
    {
        Bounds = (text, left) => left > 0 ? HeuristicBounds.Unbounded
            : new(Math.Min(reward.Score(text, false), reward.Score(text, true)), Math.Max(reward.Score(text, false), reward.Score(text, true))),
    };

    // how many of a letter, up to a number: settled once that is reached, and never falling
    private static TestReward Count(char letter, int most) => new(
        (text, _) => Math.Min(most, text.Count(c => c == letter)) / (double)most,
        (text, left) => new(Math.Min(most, text.Count(c => c == letter)) / (double)most, Math.Min(most, text.Count(c => c == letter) + left) / (double)most));

    // settled by the first letter
    private static TestReward FirstLetter { get; } = new(
        (text, _) => text.Length == 0 ? 0.5 : text[0] % 3 / 2.0,
        (text, left) => text.Length > 0 ? new(text[0] % 3 / 2.0, text[0] % 3 / 2.0) : left == 0 ? new(0.5, 0.5) : new(0, 1));

    // bounded on one side only
    private static TestReward Brevity { get; } = new((text, ended) => (ended ? 0.5 : 0) - text.Length, (text, _) => new(double.NegativeInfinity, 0.5 - text.Length));
}

/// <summary>A heuristic of a <see cref="TestReward"/>.</summary>
internal sealed class ReachHeuristic(TestReward reward) : IHeuristic
{
    public string Name => "reward";

    public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) => new(new Session(context, reward));

    private sealed class Session(GenerationContext context, TestReward reward) : IHeuristicSession
    {
        public ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
        {
            for (var i = 0; i < requests.Length; i++) values.Span[i] = reward.Score(context.Text(requests.Span[i].Node), requests.Span[i].Ended);
            return ValueTask.CompletedTask;
        }

        public HeuristicBounds Bounds(int node, int tokensLeft) => reward.Bounds(context.Text(node), tokensLeft);

        public void Dispose()
        {
        }
    }
}
