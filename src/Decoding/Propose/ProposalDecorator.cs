namespace DecodeAlign.Decoding;

/// <summary>A proposal that changes what another one proposes.</summary>
/// <param name="Inner">The other one.</param>
public abstract record ProposalDecorator(Proposal Inner) : Proposal
{
    internal override TokenChoice Choice => Inner.Choice;

    internal override int Count => Inner.Count;

    internal override long MostNodes => Inner.MostNodes;

    internal override Segments? Segmentation => Inner.Segmentation;

    internal override bool IsOneDraw => Inner.IsOneDraw && !ReadsEntropy;

    internal override bool ReadsEntropy => Inner.ReadsEntropy;

    internal override IEnumerable<(ModelCapabilities Capability, string Who)> Needs(bool constrained) => Inner.Needs(constrained);

    internal override EvaluationRequest Ask(SearchGroup group, EvaluationRequest request, TokenMask? allowed, NextTokens next) => Inner.Ask(group, request, allowed, next);

    internal override ProposedToken[] Complete(NextTokens next, ProposedToken[] chosen) => Inner.Complete(next, chosen);

    internal override IReadOnlyList<ProposedToken> Narrow(SearchGroup group, Hypothesis parent, IReadOnlyList<ProposedToken> candidates) => Inner.Narrow(group, parent, candidates);

    internal override bool Accepts(SearchGroup group, int node, int length, int token) => Inner.Accepts(group, node, length, token);

    internal override bool IsPlain(SearchGroup group, SearchStep step) => Inner.IsPlain(group, step);

    internal override void Validate()
    {
        ArgumentNullException.ThrowIfNull(Inner);
        Inner.Validate();
    }
}
