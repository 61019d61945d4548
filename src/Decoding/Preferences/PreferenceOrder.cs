using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>Which of several answers under a preference is best, and why.</summary>
internal static class PreferenceOrder
{
    // offsets come out of trigonometry: two mirror images must count as equally far
    private const int Places = 9;

    /// <summary>Best first: higher score, then smaller offset, then earlier number.</summary>
    public static int Compare(PreferenceAnswer left, PreferenceAnswer right)
    {
        if (left.Score != right.Score) return right.Score.CompareTo(left.Score);
        var byOffset = CompareOffsets(left.OffsetDegrees, right.OffsetDegrees);
        return byOffset != 0 ? byOffset : left.Number.CompareTo(right.Number);
    }

    public static int CompareOffsets(double left, double right) => Math.Round(left, Places).CompareTo(Math.Round(right, Places));

    public static string Reason(IReadOnlyList<PreferenceAnswer> ordered)
    {
        var best = ordered[0];
        var sum = string.Join(" + ", best.Rewards.Where(reward => reward.Weight != 0).Select(reward => Text($"{reward.Weight:0.000}·{reward.Value:0.000} {reward.Objective}")));
        var score = Text($"v·r = {sum} = {best.Score:0.000}");
        if (ordered.Count == 1) return $"{score}; the only answer";
        var next = ordered[1];
        if (best.Score > next.Score) return score + Text($", the highest of {ordered.Count}; {best.Score - next.Score:0.000} above the next, which is {next.OffsetDegrees:0.#}° from the target");
        return score + (CompareOffsets(best.OffsetDegrees, next.OffsetDegrees) != 0 ? Text($", as the next has; its direction is nearer to the target, {best.OffsetDegrees:0.#}° against {next.OffsetDegrees:0.#}°") : ", as the next has, equally near to the target; it was asked earlier");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
