namespace DecodeAlign.Decoding;

/// <summary>
/// Searches only where the entropy of some hypothesis's next-token distribution reaches a threshold; elsewhere every hypothesis goes on with its first candidate. Needs
/// <see cref="ModelCapabilities.FullDistribution"/>.
/// </summary>
/// <param name="Inner">What proposes the candidates.</param>
/// <param name="Entropy">The threshold in nats; a finite number, at least 0. 0: everywhere.</param>
public sealed record WhereUncertain(Proposal Inner, double Entropy) : ProposalDecorator(Inner)
{
    internal override bool ReadsEntropy => Entropy > 0 || Inner.ReadsEntropy;

    internal override IEnumerable<(ModelCapabilities Capability, string Who)> Needs(bool constrained) =>
        Entropy > 0 ? [(ModelCapabilities.FullDistribution, "looking ahead by entropy"), .. Inner.Needs(constrained)] : Inner.Needs(constrained);

    internal override bool IsPlain(SearchGroup group, SearchStep step) =>
        (Entropy > 0 && step.Parents.All(parent => group.Readings.Entropy(parent.Node) < Entropy)) || Inner.IsPlain(group, step);

    internal override void Validate()
    {
        base.Validate();
        Require.That(double.IsFinite(Entropy) && Entropy >= 0, nameof(Entropy), "a finite number, at least 0", Entropy);
    }
}
