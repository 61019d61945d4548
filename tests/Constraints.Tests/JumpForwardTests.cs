using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>What a constraint forces is written in the tokenizer's tokens, and every text still ends well.</summary>
public class JumpForwardTests
{
    private const string Schema = """{"type":"object","properties":{"registration_number":{"type":"string","maxLength":4},"the \u00fcber name of it":{"enum":["internationalisation","international"]},"n":{"type":"integer","minimum":0,"maximum":9}},"required":["registration_number","the \u00fcber name of it","n"]}""";

    [Theory]
    [InlineData("tokenizers/qwen2.5")]
    [InlineData("tokenizers/smollm")]
    [InlineData("tokenizers/mistral/mistral-v3.model")]
    public void Restrict_OneTextAlone_IsTheTokenizersTokens(string vocabulary)
    {
        const string Text = "{\"registration_number\": [1, 2, 30], \"ünïcode 🦊 naïveté\": null}";
        var tokenizer = TokenizerLoader.Load(SharedData.Require(vocabulary));
        var (ids, forced) = Write(new JumpForward(new OneOf(Text)), tokenizer, new Random(1), 200);
        Assert.Equal(Text, GeneratedText.Decode(tokenizer, ids));
        // a token of them may not bring the end nearer, and is not forced then
        Assert.InRange(forced, ids.Length * 0.8, ids.Length);
        var (anchor, whole) = (tokenizer.Encode("\n", addSpecialTokens: false), tokenizer.Encode("\n" + Text, addSpecialTokens: false));
        Assert.Equal(anchor, whole[..anchor.Length]);
        Assert.InRange(whole[anchor.Length..].Zip(ids).TakeWhile(pair => pair.First == pair.Second).Count(), ids.Length * 0.6, ids.Length);
    }

    [Theory]
    [InlineData("tokenizers/qwen2.5")]
    [InlineData("tokenizers/smollm")]
    [InlineData("tokenizers/mistral/mistral-v3.model")]
    public void Restrict_RandomChoices_EndWellInFewerChoices(string vocabulary)
    {
        var tokenizer = TokenizerLoader.Load(SharedData.Require(vocabulary));
        var schema = new JsonSchema(Schema, options: new() { WhiteSpace = JsonWhiteSpace.Compact });
        var (choices, without) = (0, 0);
        for (var seed = 0; seed < 12; seed++)
        {
            // from no token to spare to more than enough
            var end = Enumerable.Range(0, tokenizer.VocabularySize).First(tokenizer.IsSpecial);
            var all = Generation.Context(tokenizer, "", 400, end);
            using var first = schema.Open(all);
            var limit = seed < 6 ? first.TokensNeeded(all.Root) + seed : 400;
            var (ids, forced) = Write(new JumpForward(schema), tokenizer, new Random(seed), limit);
            var text = GeneratedText.Decode(tokenizer, ids);
            Assert.True(schema.IsMetBy(text), text);
            choices += ids.Length - forced;
            var (plain, alone) = Write(schema, tokenizer, new Random(seed), limit);
            Assert.True(schema.IsMetBy(GeneratedText.Decode(tokenizer, plain)));
            without += plain.Length - alone;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{choices} tokens to choose, {without} without");
        Assert.InRange(choices, 1, without / 2);
    }

    // random choices; the tokens, and how many of them were the only ones allowed
    private static (int[] Ids, int Forced) Write(IConstraint constraint, Tokenizer tokenizer, Random random, int limit)
    {
        var end = Enumerable.Range(0, tokenizer.VocabularySize).First(tokenizer.IsSpecial);
        var context = Generation.Context(tokenizer, "", limit, end);
        using var session = constraint.Open(context);
        var (node, forced) = (context.Root, 0);
        for (var left = limit; left > 0; left--)
        {
            var mask = new TokenMask(context.Model.VocabularySize, allowed: true);
            session.Restrict(node, left, mask);
            var allowed = Enumerable.Range(0, mask.VocabularySize).Where(token => mask[token]).ToList();
            Assert.NotEmpty(allowed);
            var token = allowed[random.Next(allowed.Count)];
            if (token == end) return (context.Tree.Path(context.Root, node), forced);
            if (allowed.Count == 1) forced++;
            node = context.Tree.Append(node, token);
        }
        Assert.Fail("cut short");
        return default;
    }
}
