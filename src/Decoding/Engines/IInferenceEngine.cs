namespace DecodeAlign.Decoding;

/// <summary>
/// What an engine implements: a synchronous forward pass over a batch of nodes, with one caller at a time; where a device computes beside the host, also its beginning and its end apart
/// (<see cref="Begin"/>). <see cref="EngineModel"/> makes it an <see cref="ILanguageModel"/>.
/// </summary>
public interface IInferenceEngine : IDisposable
{
    /// <summary>What is known of the model.</summary>
    ModelFacts Facts { get; }

    /// <summary>Most rows of one pass, at least 1. A longer prompt is evaluated in chunks of this size.</summary>
    int MaxRows { get; }

    /// <summary>The whole KV budget in bytes, so that what exceeds it is refused without a try. Default <see cref="long.MaxValue"/>: only <see cref="Open"/> knows.</summary>
    long KvBudgetBytes => long.MaxValue;

    /// <summary>What a session for so many nodes reserves, in bytes. Default: nodes · <see cref="ModelFacts.KvBytesPerToken"/>.</summary>
    long KvBytesFor(int maxNodes) => maxNodes * Facts.KvBytesPerToken;

    /// <summary>Opens a session on a tree with KV memory for a number of nodes. May be called from any thread; it must not block, and may be called in vain: then the session is disposed of at once, unused.</summary>
    /// <exception cref="KvBudgetException">The reservation does not fit what is left of the budget.</exception>
    IEngineSession Open(TokenTree tree, int maxNodes);

    /// <summary>
    /// One pass. Rows come parents first; each row's ancestors hold KV already or stand before it. Every row's KV is computed and kept, and
    /// its reads are answered from the logits after it. Bitwise the same for any composition of the batch, on a CPU.
    /// </summary>
    /// <param name="rows">At least one row, at most <see cref="MaxRows"/>.</param>
    /// <param name="reads">The reads that the rows point into.</param>
    void Forward(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads);

    /// <summary>
    /// Begins a pass, as <see cref="Forward"/> describes it: returns once the device has all that it needs, so that the host goes on meanwhile. From then on the rows' KV counts as held.
    /// Where it throws, nothing has begun. Default, for engines that compute on the host: the whole pass.
    /// </summary>
    /// <param name="rows">As in <see cref="Forward"/>; may be written over afterwards.</param>
    /// <param name="reads">As in <see cref="Forward"/>; what they point to is answered by the end.</param>
    /// <returns>The pass, which the caller ends; null: it is over, and its reads are answered.</returns>
    IPassUnderWay? Begin(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        Forward(rows, reads);
        return null;
    }
}

/// <summary>An engine's KV state for one tree. Used by the engine's one caller only; disposing returns the reservation and may be done from any thread between passes. While a pass is under way, only sessions without a row in it may free nodes or be disposed of.</summary>
public interface IEngineSession : IDisposable
{
    /// <summary>The tree the session is open on.</summary>
    TokenTree Tree { get; }

    /// <summary>Whether the node's KV is there.</summary>
    bool Holds(int node);

    /// <summary>Frees the node's KV, where it is there. Nodes below it go first, as a tree frees them.</summary>
    /// <exception cref="InvalidOperationException">The KV of a node below it is there.</exception>
    void Free(int node);

    /// <summary>KV bytes in use.</summary>
    long KvBytes { get; }
}

/// <summary>One node of a pass.</summary>
/// <param name="Session">Whose tree the node is of; made by the same engine.</param>
/// <param name="Node">The node to compute. If its KV is there already it is computed again, to the same bits.</param>
/// <param name="FirstRead">Index of its first read.</param>
/// <param name="ReadCount">Number of its reads; 0: only the KV is wanted.</param>
public readonly record struct ForwardRow(IEngineSession Session, int Node, int FirstRead, int ReadCount)
{
    /// <summary>The row's token, and its position in its path, from 0.</summary>
    /// <exception cref="ArgumentException">The model has no such token or position.</exception>
    public (int Token, int Position) Locate(ModelFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var token = Session.Tree.Token(Node);
        var position = Session.Tree.Depth(Node) - 1;
        if ((uint)token >= (uint)facts.VocabularySize) throw new ArgumentException($"token {token} is not in the model's vocabulary of {facts.VocabularySize}");
        if (position >= facts.ContextLength) throw new ArgumentException($"position {position} is past the model's context of {facts.ContextLength} tokens");
        return (token, position);
    }
}
