namespace DecodeAlign.Decoding;

/// <summary>A selection whose answers are each chosen by another.</summary>
internal sealed record NestedSelection(Selection Outer, Selection Inner) : Selection
{
    internal override bool ReadsHeuristics => Inner.ReadsHeuristics || Outer.ReadsHeuristics;

    internal override IEnumerable<(ModelCapabilities Capability, string Who)> Needs => Inner.Needs.Concat(Outer.Needs);

    public override Task<DecodingBatch> SelectAsync(IDecoder inner, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default) =>
        Outer.SelectAsync(new SelectingDecoder(inner, Inner), request, prompts, cancellationToken);

    public override string NameOver(string decoder) => Outer.NameOver(Inner.NameOver(decoder));

    public override void Validate()
    {
        Inner.Validate();
        Outer.Validate();
    }
}
