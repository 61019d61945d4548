namespace DecodeAlign.Decoding;

/// <summary>The part of a decoder that proposes: which candidates a hypothesis has at a step. Immutable; compared by value.</summary>
public abstract record Proposal
{
    private protected Proposal()
    {
    }

    /// <summary>How the tokens are chosen.</summary>
    internal abstract TokenChoice Choice { get; }

    /// <summary>Tokens read from the model's distribution, at most.</summary>
    internal abstract int Count { get; }

    /// <summary>Whether it is one drawn token, so that a model which draws by itself can draw it.</summary>
    internal virtual bool IsOneDraw => Choice == TokenChoice.Sample && Count == 1 && !ReadsEntropy;

    /// <summary>Nodes of the tree that a hypothesis's candidates take, at most.</summary>
    internal virtual long MostNodes => Count;

    /// <summary>What ends a segment, where candidates are segments of several tokens; null: they are tokens.</summary>
    internal virtual Segments? Segmentation => null;

    /// <summary>What it leaves exact.</summary>
    internal Obstacles Obstacles => Segmentation is null ? default : new(Forced: "candidates are segments of several tokens");

    /// <summary>Whether the entropy of the distribution is wanted with the candidates.</summary>
    internal virtual bool ReadsEntropy => false;

    /// <summary>What a model must offer beyond what the choice of tokens needs.</summary>
    /// <param name="constrained">Whether there are constraints.</param>
    internal virtual IEnumerable<(ModelCapabilities Capability, string Who)> Needs(bool constrained) => [];

    /// <summary>Adds what is to be read after a node beyond the tokens themselves.</summary>
    internal virtual EvaluationRequest Ask(SearchGroup group, EvaluationRequest request, TokenMask? allowed, NextTokens next) => request;

    /// <summary>The candidates after a node, of the tokens chosen from what was read there.</summary>
    internal virtual ProposedToken[] Complete(NextTokens next, ProposedToken[] chosen) => chosen;

    /// <summary>The candidates of one hypothesis, of those after its node.</summary>
    internal virtual IReadOnlyList<ProposedToken> Narrow(SearchGroup group, Hypothesis parent, IReadOnlyList<ProposedToken> candidates) => candidates;

    /// <summary>Whether a token that the model drew by itself stands, or others are drawn.</summary>
    /// <param name="group">The search.</param>
    /// <param name="node">Where it was drawn.</param>
    /// <param name="length">Tokens generated up to there.</param>
    /// <param name="token">The token.</param>
    internal virtual bool Accepts(SearchGroup group, int node, int length, int token) => true;

    /// <summary>Whether every hypothesis of a step goes on with its first candidate, without a search.</summary>
    internal virtual bool IsPlain(SearchGroup group, SearchStep step) => false;

    /// <exception cref="ArgumentException">A field is out of its range; it is named.</exception>
    internal abstract void Validate();
}
