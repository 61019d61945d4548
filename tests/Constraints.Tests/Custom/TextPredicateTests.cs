using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class TextPredicateTests
{
    [Fact]
    public void Constructor_NoNameOrFunction_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new TextPredicate(" ", _ => true));
        Assert.Throws<ArgumentNullException>(() => new TextPredicate("name", null!));
    }

    [Fact]
    public void Open_EmptyTextNotAllowed_IsRefusedBeforeTheFirstToken()
    {
        var tree = new TokenTree();
        var context = new GenerationContext
        {
            Tree = tree,
            Root = tree.AddRoot([0]),
            Prompt = "",
            Tokenizer = null!,
            Model = new() { Name = "m", VocabularySize = 1, ContextLength = 8, EosIds = [0], TokenizerFingerprint = "", Capabilities = ModelCapabilities.Masks },
            MaxTokens = 4,
        };
        var refusal = Assert.Throws<UnsatisfiableConstraintException>(() => new TextPredicate("some text", text => text.Length > 0).Open(context));
        Assert.Contains("'some text': the function does not allow the empty text", refusal.Message, StringComparison.Ordinal);
    }
}
