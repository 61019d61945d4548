using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>
/// Which of an answer's characters the required words forced: those of tokens before which the constraint forbade more text than it would have without
/// them. (Forbidding the end of the text leaves the choice of words to the search.) Read by walking the constraint along the finished answer once more.
/// </summary>
internal sealed class ForcedTokens
{
    private readonly List<(int Start, int End)> _forced = [];

    private ForcedTokens()
    {
    }

    /// <summary>No constraint was at work.</summary>
    public static ForcedTokens None { get; } = new();

    /// <summary>Walks a constraint along an answer.</summary>
    /// <param name="constraint">The constraint of the request.</param>
    /// <param name="without">The same without the required words; null: nothing.</param>
    /// <param name="model">The model that wrote the answer.</param>
    /// <param name="result">The result.</param>
    /// <param name="maxTokens">The token limit of the request.</param>
    public static ForcedTokens Read(IConstraint constraint, IConstraint? without, ILanguageModel model, DecodingResult result, int maxTokens)
    {
        var forced = new ForcedTokens();
        var prompt = model.Tokenizer.EncodePrompt(result.Prompt);
        var limit = Math.Min(maxTokens, model.Facts.ContextLength - prompt.Length);
        var tree = new TokenTree();
        var node = tree.AddRoot(prompt);
        var context = new GenerationContext { Tree = tree, Root = node, Prompt = result.Prompt, Tokenizer = model.Tokenizer, Model = model.Facts, MaxTokens = limit };
        using var session = constraint.Open(context);
        using var other = without?.Open(context);
        var (text, before) = (TextTokens(model), 0);
        for (var i = 0; i < result.Answer.Ids.Count; i++)
        {
            var differs = Allowed(session, node, limit - i, text) < Allowed(other, node, limit - i, text);
            node = tree.Append(node, result.Answer.Ids[i]);
            var after = context.Text(node).Length;
            if (differs) forced._forced.Add((before, after));
            before = after;
        }
        return forced;
    }

    /// <summary>Whether a forced token wrote part of a stretch of the answer's text, in characters.</summary>
    public bool Touches(int start, int length) => _forced.Exists(range => range.Start < start + length && start < range.End);

    private static int Allowed(IConstraintSession? session, int node, int tokensLeft, TokenMask text)
    {
        if (session is null) return text.Count;
        var mask = new TokenMask(text.VocabularySize, allowed: true);
        session.Restrict(node, tokensLeft, mask);
        mask.IntersectWith(text);
        return mask.Count;
    }

    private static TokenMask TextTokens(ILanguageModel model)
    {
        var mask = new TokenMask(model.Facts.VocabularySize);
        for (var token = 0; token < model.Tokenizer.VocabularySize; token++) mask[token] = !model.Facts.IsEos(token) && !model.Tokenizer.IsSpecial(token);
        return mask;
    }
}
