using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>At least some number of a token, then the end: the smallest constraint with a least count.</summary>
internal sealed class AtLeastConstraint(int token, int count) : IConstraint
{
    public string Name => "at-least";

    public IConstraintSession Open(GenerationContext context) => new Session(token, count, context);

    private sealed class Session(int token, int count, GenerationContext context) : IConstraintSession
    {
        public int TokensNeeded(int node) => Math.Max(0, count - Seen(node)) + 1;

        public bool Accepts(int node) => Seen(node) >= count;

        public bool Restrict(int node, int tokensLeft, TokenMask allowed)
        {
            var before = allowed.Count;
            if (!Accepts(node)) allowed[0] = false;
            for (var next = 1; next < allowed.VocabularySize; next++)
                if (Math.Max(0, count - Seen(node) - (next == token ? 1 : 0)) + 1 > tokensLeft - 1) allowed[next] = false;
            return allowed.Count < before;
        }

        public int Progress(int node) => Math.Min(count, Seen(node));

        public void Suggest(int node, ICollection<int> tokens)
        {
            if (Seen(node) < count) tokens.Add(token);
        }

        public void Dispose()
        {
        }

        private int Seen(int node) => context.Tree.Path(context.Root, node).Count(t => t == token);
    }
}
