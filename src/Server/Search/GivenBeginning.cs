using DecodeAlign.Decoding;

namespace DecodeAlign.Server;

/// <summary>The text begins with these very tokens: what a search would do had they been chosen.</summary>
internal sealed class GivenBeginning : IConstraint
{
    private readonly int[] _ids;

    public GivenBeginning(IReadOnlyList<int> ids) => _ids = [.. ids];

    public string Name => "prefix";

    public IConstraintSession Open(GenerationContext context)
    {
        foreach (var (place, id) in _ids.Index())
        {
            if (id < 0 || id >= context.Model.VocabularySize) throw new UnsatisfiableConstraintException(Name, $"{id} is no token of the model");
            if (context.Model.IsEos(id) && place < _ids.Length - 1) throw new UnsatisfiableConstraintException(Name, $"its token {place + 1} ends the text, and others follow it");
        }
        return new Session(_ids, context);
    }

    private sealed class Session(int[] ids, GenerationContext context) : IConstraintSession
    {
        public int TokensNeeded(int node) => Math.Max(0, ids.Length - Length(node)) + (EndsItself || Length(node) >= ids.Length ? 0 : 1);

        public bool Accepts(int node) => Length(node) >= ids.Length - (EndsItself ? 1 : 0);

        public bool Restrict(int node, int tokensLeft, TokenMask allowed)
        {
            var length = Length(node);
            if (length >= ids.Length) return false;
            var isAllowed = allowed[ids[length]];
            allowed.Clear();
            allowed[ids[length]] = isAllowed;
            return true;
        }

        public void Dispose()
        {
        }

        private bool EndsItself => ids.Length > 0 && context.Model.IsEos(ids[^1]);

        private int Length(int node) => context.Tree.Depth(node) - context.Tree.Depth(context.Root);
    }
}
