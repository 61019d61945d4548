using DecodeAlign.Decoding;

namespace DecodeAlign.Experiments;

/// <summary>One answer that a method asks for.</summary>
internal readonly record struct Asked(PreferenceDirection Direction, AnswerKey Key);

/// <summary>What a method kept for one opening.</summary>
internal readonly record struct Kept(Asked Asked, ScoredAnswer Answer, double Spread);

/// <summary>From plans to keys of the pool, and from answers to the one that is kept: the rules of <see cref="PreferenceSelection"/>, over answers that many methods share.</summary>
internal static class RpsMethods
{
    public const double Temperature = 0.7;

    private static readonly IPreferenceConditioner Line = PreferenceConditioner.Line(Heuristics.ObjectiveSet.Names);

    public static Asked[] Ask(PreferencePlan plan, PreferenceDirection target, int opening)
    {
        var directions = plan.Directions.Choose(target);
        return Ask([.. Enumerable.Range(0, plan.Answers == 0 ? directions.Count : plan.Answers).Select(i => directions[i % directions.Count])], opening, plan.Temperature ?? Temperature);
    }

    public static Asked[] Ask(IReadOnlyList<PreferenceDirection> directions, int opening, double temperature = Temperature)
    {
        var streams = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. directions.Select(direction =>
        {
            var line = Line.Condition("", direction);
            return new Asked(direction, new(line, temperature, opening, streams[line] = streams.GetValueOrDefault(line, -1) + 1));
        })];
    }

    public static Kept Keep(Asked[] asked, AnswerPool pool, PreferenceDirection target)
    {
        var best = asked.Select((ask, number) => (Ask: ask, Number: number, Answer: pool[ask.Key]))
            .OrderByDescending(entry => entry.Answer.Score(target))
            .ThenBy(entry => Math.Round(entry.Ask.Direction.AngleTo(target), 9))
            .ThenBy(entry => entry.Number)
            .First();
        return new(best.Ask, best.Answer, Statistics.Deviation([.. asked.Select(ask => pool[ask.Key].Score(target))]));
    }
}
