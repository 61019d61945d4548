using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>
/// Another constraint, with the text that it forces written in the tokens that the tokenizer gives it (jump-forward decoding). Where only one text can follow, a mask still allows all the ways to cut it into tokens, between
/// which the model chooses, a pass a token; here one way is left, and forced tokens are read in one pass (<see cref="SavingsOptions.Forced"/>).
/// </summary>
/// <remarks>
/// Texts still meet the constraint within the limit: near it, or where the vocabulary does not spell the text so, nothing is narrowed. But other texts may be written than without: log P is that of the tokens chosen here, and
/// what follows is read after them. They are those that the tokenizer gives the whole text, but for tokens that what follows could change: the last ones of a forced text, which a longer token may begin with, are left to the model.
/// Other constraints of a request belong inside, joined by <see cref="AllOf"/>. Immutable and safe for concurrent use.
/// </remarks>
public sealed class JumpForward : IConstraint
{
    private readonly IConstraint _constraint;

    /// <summary>Makes the constraint.</summary>
    /// <param name="constraint">What has to be met.</param>
    public JumpForward(IConstraint constraint)
    {
        ArgumentNullException.ThrowIfNull(constraint);
        _constraint = constraint;
    }

    /// <inheritdoc/>
    public string Name => _constraint.Name;

    /// <inheritdoc/>
    public IConstraintSession Open(GenerationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new JumpForwardSession(_constraint.Open(context), context);
    }
}
