using DecodeAlign.Decoding;

namespace DecodeAlign.Samples;

/// <summary>The text has so many commas, no more and no fewer. Their number is carried from token to token.</summary>
internal sealed class Commas(int count) : IConstraint
{
    public string Name => $"{count} commas";

    public IConstraintSession Open(GenerationContext context)
    {
        // what is promised must be kept: a comma may take one token, or the vocabulary can't write it
        var tokenizer = context.Tokenizer;
        if (count > 0 && !Enumerable.Range(0, tokenizer.VocabularySize).Any(token => !tokenizer.IsSpecial(token) && tokenizer.TokenBytes(token).Count((byte)',') == 1))
            throw new UnsatisfiableConstraintException(Name, "no token of this vocabulary holds one comma");
        return new Session(context, count);
    }

    private sealed class Session(GenerationContext context, int count) : IConstraintSession
    {
        // commas so far; -1 where the text has ended
        private readonly PathState<int> _commas = new(context, 0, (commas, token, bytes) => context.Model.IsEos(token) ? -1 : commas + bytes.Count((byte)','));

        // each missing comma, and the end
        public int TokensNeeded(int node) => _commas.At(node) switch
        {
            -1 => 0,
            var commas when commas > count => int.MaxValue,
            var commas => count - commas + 1,
        };

        public bool Accepts(int node) => _commas.At(node) == count;

        public bool Restrict(int node, int tokensLeft, TokenMask allowed)
        {
            var forbade = false;
            for (var token = 0; token < allowed.VocabularySize; token++)
            {
                if (!allowed[token] || IsAllowed(node, token, tokensLeft)) continue;
                allowed[token] = false;
                forbade = true;
            }
            return forbade;
        }

        public void Dispose()
        {
        }

        private bool IsAllowed(int node, int token, int tokensLeft)
        {
            var commas = _commas.At(node);
            if (commas < 0) return false;
            if (context.Model.IsEos(token)) return commas == count;
            if (token >= context.Tokenizer.VocabularySize || context.Tokenizer.IsSpecial(token)) return false;
            var after = commas + context.Tokenizer.TokenBytes(token).Count((byte)',');
            // what is left after this token must be enough for the missing commas and the end
            return after <= count && count - after + 1 < tokensLeft;
        }
    }
}
