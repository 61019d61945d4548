using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>Below one root of a search: how its texts become tokens of the model that reads them.</summary>
internal sealed class TextPlace
{
    private readonly GenerationContext _context;
    private readonly ILanguageModel _model;
    private readonly TextLayout _layout;
    private readonly int[] _before;
    private readonly int[] _after;

    public TextPlace(GenerationContext context, ILanguageModel model, TextLayout layout)
    {
        (_context, _model, _layout) = (context, model, layout);
        var tokenizer = model.Tokenizer;
        KeepsTokens = tokenizer.Fingerprint == context.Tokenizer.Fingerprint;
        _before = Encode(layout.Before);
        _after = tokenizer.Encode(layout.After, addSpecialTokens: false);
        SharesTree = KeepsTokens && _after.Length == 0 && _before.AsSpan().SequenceEqual(context.Tree.Path(TokenTree.Empty, context.Root));
    }

    /// <summary>What is known of the model.</summary>
    public ModelFacts Model => _model.Facts;

    /// <summary>Whether the model has the search's tokenizer: the text's own tokens are kept.</summary>
    public bool KeepsTokens { get; }

    /// <summary>Whether a text's tokens are exactly the search's path: then its nodes serve both.</summary>
    public bool SharesTree { get; }

    /// <summary>Whether nothing follows the text.</summary>
    public bool EndsWithText => _layout.After.Length == 0;

    /// <summary>Depth in the search's tree at which its texts begin.</summary>
    public int RootDepth => _context.Tree.Depth(_context.Root);

    /// <summary>How many of a text's tokens are those that the model reads for what stands before the text.</summary>
    public int SharedWithPrompt(ReadOnlySpan<int> tokens) => tokens.CommonPrefixLength(_before);

    /// <summary>Tokens around every text.</summary>
    public int Overhead => _before.Length + _after.Length;

    /// <summary>The tokens that the model reads for the text of a node.</summary>
    public int[] Tokens(int node)
    {
        // with another tokenizer the whole is encoded at once, since tokens may cross from one part into the next
        return KeepsTokens
            ? [.. _before, .. _context.Tree.Path(_context.Root, node), .. _after]
            : Encode(string.Concat(_layout.Before, _context.Text(node), _layout.After));
    }

    private int[] Encode(string text) => _layout.AddSpecialTokens ? _model.Tokenizer.EncodePrompt(text) : _model.Tokenizer.Encode(text, addSpecialTokens: false);
}
