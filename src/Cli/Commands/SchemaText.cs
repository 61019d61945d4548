using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>Texts under a schema's masks, without a model.</summary>
internal sealed class SchemaText(JsonSchema schema, ITokenizer tokenizer)
{
    private const int Limit = 1 << 14;

    private readonly int _end = Enumerable.Range(0, tokenizer.VocabularySize).FirstOrDefault(tokenizer.IsSpecial);

    /// <summary>Tokens that are enough for the shortest value, the end included.</summary>
    public int LeastTokens()
    {
        var roomy = Context(Limit);
        using var session = schema.Open(roomy);
        // counted anew where there is no more room than that: over tokens rather than bytes
        var tight = Context(Math.Max(1, session.TokensNeeded(roomy.Root) - 1));
        try
        {
            using var closer = schema.Open(tight);
            return closer.TokensNeeded(tight.Root);
        }
        catch (UnsatisfiableConstraintException)
        {
            return session.TokensNeeded(roomy.Root);
        }
    }

    /// <summary>A random instance: among the allowed tokens those of plain letters are taken more often, and the end as soon as it is allowed.</summary>
    public (string Text, int Tokens) Write(Random random)
    {
        var context = Context(Math.Min(Limit, LeastBound() + 150));
        using var session = schema.Open(context);
        var (node, count) = (context.Root, 0);
        for (var left = context.MaxTokens; left > 0; left--, count++)
        {
            var mask = Mask(session, node, left);
            if (mask[_end]) break;
            var allowed = Enumerable.Range(0, mask.VocabularySize).Where(token => mask[token]).ToList();
            var plain = allowed.Where(IsPlain).ToList();
            node = context.Tree.Append(node, plain.Count > 0 && random.Next(8) > 0 ? plain[random.Next(plain.Count)] : allowed[random.Next(allowed.Count)]);
        }
        return (context.Text(node), count + 1);
    }

    /// <summary>What of a text can be written; null: all.</summary>
    public string? Until(string text)
    {
        var context = Context(Limit);
        using var session = schema.Open(context);
        var (node, left) = (context.Root, Limit);
        foreach (var token in tokenizer.Encode(text, addSpecialTokens: false))
        {
            if (left == 1 || !Mask(session, node, left--)[token]) return context.Text(node);
            node = context.Tree.Append(node, token);
        }
        return session.Accepts(node) ? null : context.Text(node);
    }

    private int LeastBound()
    {
        var context = Context(Limit);
        using var session = schema.Open(context);
        return session.TokensNeeded(context.Root);
    }

    private bool IsPlain(int token)
    {
        var bytes = tokenizer.TokenBytes(token);
        foreach (var value in bytes)
            if (!char.IsAsciiLetterOrDigit((char)value) && (char)value is not (' ' or '"' or ',' or ':' or '{' or '}' or '[' or ']')) return false;
        return bytes.Length <= 6;
    }

    private TokenMask Mask(IConstraintSession session, int node, int left)
    {
        var mask = new TokenMask(tokenizer.VocabularySize, allowed: true);
        session.Restrict(node, left, mask);
        return mask;
    }

    private GenerationContext Context(int maxTokens)
    {
        var tree = new TokenTree();
        var facts = new ModelFacts { Name = "none", VocabularySize = tokenizer.VocabularySize, ContextLength = int.MaxValue, EosIds = [_end], TokenizerFingerprint = tokenizer.Fingerprint, Capabilities = ModelCapabilities.Masks };
        return new() { Tree = tree, Root = tree.AddRoot([_end]), Prompt = "", Tokenizer = tokenizer, Model = facts, MaxTokens = maxTokens };
    }
}
