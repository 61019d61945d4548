using DecodeAlign.Decoding;

namespace DecodeAlign.Experiments;

/// <summary>The sum of a lexicon's values over the words of a text, the last one as it stands. It could be anything, and tells no bounds.</summary>
internal sealed class LexiconSum(IReadOnlyDictionary<string, double> values) : Heuristic<LexiconSum.State>
{
    public override string Name => "unbounded";

    protected override State Begin(GenerationContext context) => new(0, "");

    protected override State Advance(State state, int token, ReadOnlySpan<byte> bytes)
    {
        var (sum, word) = state;
        foreach (var value in bytes)
            if (" .,!?\"\n;:"u8.Contains(value)) (sum, word) = (sum + values.GetValueOrDefault(word), "");
            else word += char.ToLowerInvariant((char)value);
        return new(sum, word);
    }

    protected override double Score(State state, bool ended) => state.Sum + values.GetValueOrDefault(state.Word);

    /// <summary>The words before the last one, and the last one.</summary>
    internal readonly record struct State(double Sum, string Word);
}
