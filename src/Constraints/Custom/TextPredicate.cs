using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>
/// A constraint made of a function: every beginning of the generated text passes it, and the text may end anywhere. For rules that a text breaks and can't mend, such as
/// <c>text => !text.Any(char.IsDigit)</c>; what has to be reached is a <see cref="RegexMatch"/>, a <see cref="GrammarMatch"/>, or an <see cref="IConstraint"/> of one's own.
/// </summary>
/// <remarks>
/// The function is called for each token of the vocabulary at each step, with the whole text: a few thousand calls for a small vocabulary, a hundred thousand for a large one. A text that stops within a
/// character ends in U+FFFD. The function must be pure, and safe for concurrent calls where requests run side by side. Immutable and safe for concurrent use.
/// </remarks>
public sealed class TextPredicate : IConstraint
{
    private readonly Func<string, bool> _allows;

    /// <summary>Makes the constraint.</summary>
    /// <param name="name">The name by which errors and traces speak of it.</param>
    /// <param name="allows">Whether a beginning of the generated text is allowed.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public TextPredicate(string name, Func<string, bool> allows)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(allows);
        (Name, _allows) = (name, allows);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    /// <exception cref="UnsatisfiableConstraintException">The empty text is not allowed.</exception>
    public IConstraintSession Open(GenerationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return _allows("") ? new Session(context, _allows) : throw new UnsatisfiableConstraintException(Name, "the function does not allow the empty text, with which every text begins");
    }

    private sealed class Session(GenerationContext context, Func<string, bool> allows) : IConstraintSession
    {
        private readonly int _end = context.Model.EosIds.Count > 0 ? 1 : 0;

        public int TokensNeeded(int node) => HasEnded(node) ? 0 : allows(context.Text(node)) ? _end : int.MaxValue;

        public bool Accepts(int node) => allows(context.Text(node));

        public bool Restrict(int node, int tokensLeft, TokenMask allowed)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(tokensLeft, 1);
            ArgumentNullException.ThrowIfNull(allowed);
            var bytes = Bytes(node);
            var (mayEnd, mayGoOn) = (Accepts(node) && !HasEnded(node), tokensLeft > _end && !HasEnded(node));
            var forbade = false;
            for (var token = 0; token < allowed.VocabularySize; token++)
            {
                if (!allowed[token] || (context.Model.IsEos(token) ? mayEnd : mayGoOn && Allows(bytes, token))) continue;
                allowed[token] = false;
                forbade = true;
            }
            return forbade;
        }

        public void Dispose()
        {
        }

        // a token without text leads nowhere
        private bool Allows(List<byte> bytes, int token)
        {
            if (token >= context.Tokenizer.VocabularySize || context.Tokenizer.IsSpecial(token)) return false;
            var length = bytes.Count;
            bytes.AddRange(context.Tokenizer.TokenBytes(token));
            var text = Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
            bytes.RemoveRange(length, bytes.Count - length);
            return allows(text);
        }

        private List<byte> Bytes(int node)
        {
            var bytes = new List<byte>();
            foreach (var token in context.Tree.Path(context.Root, node))
                if (!context.Tokenizer.IsSpecial(token)) bytes.AddRange(context.Tokenizer.TokenBytes(token));
            return bytes;
        }

        private bool HasEnded(int node) => node != context.Root && context.Model.IsEos(context.Tree.Token(node));
    }
}
