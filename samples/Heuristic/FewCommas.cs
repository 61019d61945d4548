using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Samples;

/// <summary>Wishes for few commas: −(number of commas). The number is carried from token to token.</summary>
internal sealed class FewCommas : Heuristic<int>
{
    public override string Name => "few-commas";

    protected override int Begin(GenerationContext context) => 0;

    protected override int Advance(int commas, int token, ReadOnlySpan<byte> bytes) => commas + bytes.Count((byte)',');

    protected override double Score(int commas, bool ended) => -commas;

    // a text can't lose a comma any more, so that a search need not look at what has too many
    protected override HeuristicBounds Bounds(int commas, int tokensLeft) => new(tokensLeft == 0 ? -commas : double.NegativeInfinity, -commas);
}
