namespace DecodeAlign.Decoding;

/// <summary>
/// A hard requirement as a token automaton. It tells which tokens may come next and the least number of tokens still needed, so that the text is
/// finished within its limit or refused before the first token. Immutable and safe for concurrent use.
/// </summary>
public interface IConstraint
{
    /// <summary>The name by which errors and traces speak of it.</summary>
    string Name { get; }

    /// <summary>Starts on one prompt.</summary>
    /// <exception cref="UnsatisfiableConstraintException">No text of this vocabulary meets the constraint.</exception>
    IConstraintSession Open(GenerationContext context);
}

/// <summary>A constraint at work below one root of a tree; its state forks with each hypothesis. One caller at a time.</summary>
public interface IConstraintSession : IDisposable
{
    /// <summary>
    /// Tokens that are enough to end well from a node, the end-of-sequence token included: an upper bound that is witnessed by a real continuation, and of
    /// which some allowed token lowers it by at least one. 0: ended well. <see cref="int.MaxValue"/>: no continuation is known.
    /// </summary>
    int TokensNeeded(int node);

    /// <summary>Whether the text may end at a node.</summary>
    bool Accepts(int node);

    /// <summary>Forbids in the mask every token after which the constraint could not be met any more within the tokens left.</summary>
    /// <param name="node">The node after which a token is chosen.</param>
    /// <param name="tokensLeft">Tokens that may still be chosen, this one included; at least 1.</param>
    /// <param name="allowed">The mask to narrow. An end-of-sequence token stays allowed only where the text may end.</param>
    /// <returns>Whether anything was forbidden.</returns>
    bool Restrict(int node, int tokensLeft, TokenMask allowed);

    /// <summary>
    /// How far a text has come toward what is required; a higher number is further. Where a search shares its beam out among banks (<c>KeepByBanks</c>), texts of
    /// equal progress compete with each other. 0 unless overridden.
    /// </summary>
    int Progress(int node) => 0;

    /// <summary>Adds tokens that lead on to what is still required: worth a look where they are not among the most likely (<c>SuggestedTokens</c>). None unless overridden.</summary>
    void Suggest(int node, ICollection<int> tokens)
    {
    }
}

/// <summary>A request's constraints can't be met, or not within its token limit. Raised before the first token.</summary>
public sealed class UnsatisfiableConstraintException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="constraint">Name of the constraint.</param>
    /// <param name="message">What can't be reached, and why.</param>
    public UnsatisfiableConstraintException(string constraint, string message)
        : base($"constraint '{constraint}': {message}") => Constraint = constraint;

    /// <summary>Name of the constraint.</summary>
    public string Constraint { get; }
}
