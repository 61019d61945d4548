namespace DecodeAlign.Decoding;

/// <summary>The part of a decoder that chooses among whole answers: which are asked for, and which of them is the answer. Immutable; safe for concurrent use.</summary>
public abstract record Selection
{
    /// <summary>Whether it chooses by the request's heuristics, whatever ranks in the search.</summary>
    internal virtual bool ReadsHeuristics => false;

    /// <summary>What it needs of the model that writes the answers, and who asks for it.</summary>
    internal virtual IEnumerable<(ModelCapabilities Capability, string Who)> Needs => [];

    /// <summary>Asks a decoder for answers to each of several prompts, and chooses one for each.</summary>
    /// <param name="inner">What writes the answers: any decoder. <see cref="IDecoder.GetService"/> tells the model behind it, where it has one.</param>
    /// <param name="request">What is common to all prompts. A selection that it has is the inner decoder's.</param>
    /// <param name="prompts">At least one prompt.</param>
    /// <param name="cancellationToken">Cancels by throwing.</param>
    /// <returns>One text for each prompt, in order, its answers best first, and what all cost together.</returns>
    public abstract Task<DecodingBatch> SelectAsync(IDecoder inner, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default);

    /// <summary>What a decoder with this selection around it is called in results. Default: as without.</summary>
    /// <param name="decoder">The decoder's own name.</param>
    public virtual string NameOver(string decoder) => decoder;

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of its range; it is named.</exception>
    public virtual void Validate()
    {
    }
}
