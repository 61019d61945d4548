using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>One random text under a constraint, from the prompt to its end.</summary>
internal sealed class ConstraintWalk
{
    private const int MostTried = 48;

    private readonly IConstraint _constraint;
    private readonly GenerationContext _context;
    private readonly int _end;
    private readonly List<(int Node, int Left, TokenMask Mask, int Needed, bool Accepts)> _steps = [];

    public ConstraintWalk(IConstraint constraint, ITokenizer tokenizer, int end, string prompt, int maxTokens)
    {
        var tree = new TokenTree();
        (_constraint, _end) = (constraint, end);
        _context = new()
        {
            Tree = tree,
            Root = tree.AddRoot([end]),
            Prompt = prompt,
            Tokenizer = tokenizer,
            MaxTokens = maxTokens,
            Model = new() { Name = "check", VocabularySize = tokenizer.VocabularySize, ContextLength = int.MaxValue, EosIds = [end], TokenizerFingerprint = tokenizer.Fingerprint, Capabilities = ModelCapabilities.Masks },
        };
    }

    /// <returns>Whether the text was finished; false: it was refused before its first token.</returns>
    public bool Run(Random random, Func<string, string, bool>? reference)
    {
        try
        {
            using var session = _constraint.Open(_context);
            if (session.TokensNeeded(_context.Root) > _context.MaxTokens) return false;
            var (node, left) = (_context.Root, _context.MaxTokens);
            for (; left > 0; left--)
            {
                var step = Step(session, node, left);
                _steps.Add(step);
                if (reference is not null && step.Accepts) Require(reference(_context.Prompt, _context.Text(node)), node, "the text may end, but the reference says that it does not meet what is required");
                var token = Choose(session, step, random);
                node = _context.Tree.Append(node, token);
                if (token != _end) continue;
                Require(session.TokensNeeded(node) == 0, node, $"the text has ended, and {session.TokensNeeded(node)} tokens are still needed");
                break;
            }
            Require(_context.Tree.Token(node) == _end, node, "the limit is reached, and the text has not ended");
            Repeat(session, "after the rest of the text was read");
        }
        catch (UnsatisfiableConstraintException)
        {
            return false;
        }
        using var other = _constraint.Open(_context);
        _steps.Reverse();
        Repeat(other, "in another session, from the last token to the first");
        return true;
    }

    private (int Node, int Left, TokenMask Mask, int Needed, bool Accepts) Step(IConstraintSession session, int node, int left)
    {
        var (needed, accepts) = (session.TokensNeeded(node), session.Accepts(node));
        var mask = new TokenMask(_context.Model.VocabularySize, allowed: true);
        var forbade = session.Restrict(node, left, mask);
        Require(needed <= left, node, $"{needed} tokens are needed, and {left} are left: a token was allowed after which that is too few");
        Require(mask.Count > 0, node, $"no token is allowed, although {needed} are said to be enough and {left} are left");
        Require(forbade == mask.Count < mask.VocabularySize, node, $"Restrict returned {forbade}, and {mask.VocabularySize - mask.Count} tokens are forbidden");
        Require(accepts || !mask[_end], node, "the end is allowed where the text may not end");

        // what others have forbidden stays so
        var narrowed = new TokenMask(_context.Model.VocabularySize, allowed: true);
        for (var token = 0; token < narrowed.VocabularySize; token += 2) narrowed[token] = false;
        session.Restrict(node, left, narrowed);
        for (var token = 0; token < narrowed.VocabularySize; token++)
            Require(narrowed[token] == (mask[token] && token % 2 == 1), node, $"token {token} is {(narrowed[token] ? "allowed" : "forbidden")} in a mask where even tokens were forbidden, and {(mask[token] ? "allowed" : "forbidden")} otherwise");
        return (node, left, mask, needed, accepts);
    }

    // every allowed token leaves enough, and one of them lowers what is needed
    private int Choose(IConstraintSession session, (int Node, int Left, TokenMask Mask, int Needed, bool Accepts) step, Random random)
    {
        int[] allowed = [.. Enumerable.Range(0, step.Mask.VocabularySize).Where(token => step.Mask[token])];
        random.Shuffle(allowed);
        var lowers = -1;
        foreach (var (tried, token) in allowed.Index())
        {
            if (tried >= MostTried && lowers >= 0) break;
            var child = _context.Tree.Append(step.Node, token);
            var needed = session.TokensNeeded(child);
            Require(needed < step.Left, child, $"the token is allowed with {step.Left} tokens left, and {needed} are needed after it");
            if (needed < step.Needed) lowers = token;
        }
        Require(lowers >= 0, step.Node, $"{step.Needed} tokens are needed, and no allowed token lowers that");
        return random.Next(3) == 0 ? lowers : allowed[0];
    }

    private void Repeat(IConstraintSession session, string how)
    {
        foreach (var (node, left, mask, needed, accepts) in _steps)
        {
            var again = new TokenMask(mask.VocabularySize, allowed: true);
            session.Restrict(node, left, again);
            for (var token = 0; token < mask.VocabularySize; token++)
                Require(mask[token] == again[token], node, $"token {token} was {(mask[token] ? "allowed" : "forbidden")} with {left} tokens left, and is {(again[token] ? "allowed" : "forbidden")} {how}");
            Require(session.TokensNeeded(node) == needed, node, $"{needed} tokens were needed, and {session.TokensNeeded(node)} are {how}");
            Require(session.Accepts(node) == accepts, node, $"whether the text may end was {accepts}, and is {!accepts} {how}");
        }
    }

    private void Require(bool holds, int node, string what)
    {
        if (!holds) throw new InvalidOperationException($"constraint '{_constraint.Name}', after \"{_context.Text(node)}\" (prompt \"{_context.Prompt}\", at most {_context.MaxTokens} tokens): {what}");
    }
}
