using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>
/// Tries a constraint out on random texts, as a search would use it, and says where it breaks its contract: a text that can't be finished although it was said to need no more tokens than there are;
/// an end where the text may not end; a mask that allows what was forbidden before, that is not the same when asked again, in another session or after other texts; and, with a reference, finished texts
/// that do not meet it. Call it from a test.
/// </summary>
public static class ConstraintCheck
{
    /// <summary>Runs all checks.</summary>
    /// <param name="constraint">The constraint.</param>
    /// <param name="tokenizer">A vocabulary to draw tokens from; it must have an end-of-sequence token.</param>
    /// <param name="options">How much to try; default: <see cref="ConstraintCheckOptions"/>'s defaults.</param>
    /// <exception cref="InvalidOperationException">A check failed, or every text was refused; the message gives the text.</exception>
    /// <exception cref="ArgumentException">The vocabulary has no end-of-sequence token.</exception>
    public static void Run(IConstraint constraint, ITokenizer tokenizer, ConstraintCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(constraint);
        ArgumentNullException.ThrowIfNull(tokenizer);
        options ??= new();
        var end = options.EndToken ?? Enumerable.Range(0, tokenizer.VocabularySize).Cast<int?>().FirstOrDefault(token => tokenizer.IsSpecial(token!.Value))
            ?? throw new ArgumentException("the vocabulary has no special token to end a text with: name one by ConstraintCheckOptions.EndToken", nameof(tokenizer));
        var random = new Random(options.Seed);
        var finished = 0;
        for (var i = 0; i < options.Texts; i++)
        {
            var walk = new ConstraintWalk(constraint, tokenizer, end, options.Prompts[random.Next(options.Prompts.Count)], random.Next(1, options.MaxTokens + 1));
            if (walk.Run(random, options.Reference)) finished++;
        }
        if (finished == 0) throw new InvalidOperationException($"constraint '{constraint.Name}': every text was refused, within up to {options.MaxTokens} tokens; nothing was checked");
    }
}
