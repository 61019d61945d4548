namespace DecodeAlign.Decoding;

/// <summary>Searches at every s-th token only; between them every hypothesis goes on with its first candidate, as a greedy lookahead showed it.</summary>
/// <param name="Inner">What proposes the candidates.</param>
/// <param name="SegmentLength">The interval s in tokens, at least 1. 1: at every token.</param>
public sealed record AtIntervals(Proposal Inner, int SegmentLength) : ProposalDecorator(Inner)
{
    internal override bool IsPlain(SearchGroup group, SearchStep step) => step.Parents[0].Length % SegmentLength != 0 || Inner.IsPlain(group, step);

    internal override void Validate()
    {
        base.Validate();
        Require.That(SegmentLength >= 1, nameof(SegmentLength), "at least 1", SegmentLength);
    }
}
