namespace DecodeAlign.Decoding;

/// <summary>Says, round by round, which directions are asked next.</summary>
internal sealed class AnswerBudget
{
    private readonly List<int> _alive;
    private readonly bool _halving;
    private int _roundsLeft;
    private int _left;

    /// <param name="directions">Number of directions.</param>
    /// <param name="plan">How many answers, and how they are spent.</param>
    public AnswerBudget(int directions, PreferencePlan plan)
    {
        _left = Total = plan.Answers == 0 ? directions : plan.Answers;
        _halving = plan.Allocation == AnswerAllocation.Halving;
        Require.That(_left >= directions, nameof(plan.Answers), $"at least {directions}, so that every direction is asked", _left);
        _alive = [.. Enumerable.Range(0, directions)];
        _roundsLeft = _halving ? Math.Max(1, (int)Math.Ceiling(Math.Log2(directions))) : 1;
    }

    /// <summary>Answers in all.</summary>
    public int Total { get; }

    /// <summary>The directions of the next round by number, one for each answer; empty: the budget is spent.</summary>
    /// <param name="compare">Orders directions, better first; asked from the second round on.</param>
    public int[] Next(Comparison<int>? compare)
    {
        if (_left == 0) return [];
        if (compare is not null && _halving)
        {
            _alive.Sort(compare);
            _alive.RemoveRange((_alive.Count + 1) / 2, _alive.Count / 2);
        }
        var share = _roundsLeft == 1 ? _left : Math.Min(_left, Math.Max(_alive.Count, _left / _roundsLeft));
        _left -= share;
        _roundsLeft--;
        return [.. Enumerable.Range(0, share).Select(i => _alive[i % _alive.Count])];
    }
}
