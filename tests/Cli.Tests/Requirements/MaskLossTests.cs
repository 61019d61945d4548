using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class MaskLossTests
{
    private static readonly string[][] Constraints =
    [
        ["include:dog,happy"], ["exclude:the", "words:4,9"], ["regex: (He|She) (saw|had) a [a-z]{3,8}\\."], ["schema:{\"type\":\"object\",\"properties\":{\"name\":{\"enum\":[\"Tim\",\"Lily\"]}},\"required\":[\"name\"]}"], ["one-of: He was happy., She ran home."],
    ];

    [Fact]
    public async Task Answers_OfTheEmbeddedModel_TellWhatItsWholeDistributionSays()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var parts = await EmbeddedParts.LoadAsync(cancel);
        var model = parts.Model("embedded");
        var told = 0;
        foreach (var (i, decoder) in ((string[])["greedy", "sample", "grid-beam", "deal", "particles"]).Index())
        {
            var request = new DecodingRequest
            {
                Prompt = "One day, a boy went to the park.",
                Decoder = DecoderCatalogue.Get(decoder).Create(decoder is "grid-beam" or "particles" ? [new("beam", 4)] : decoder == "deal" ? [new("lookahead", 4)] : []),
                Heuristics = [new(parts.Heuristic("length:8,12"))],
                MaxTokens = 24,
            };
            foreach (var names in Constraints)
            {
                var constraints = names.Select(parts.Constraint).ToArray();
                var result = await new Decoder(model).GenerateAsync(request with { Constraints = constraints, Seed = (ulong)i }, cancel);
                var (losses, others) = await ReadAsync(model, constraints, result, request.MaxTokens, cancel);
                for (var at = 0; at < losses.Length; at++)
                {
                    // p sums to 1 but for its single precision, so that what is left is not quite 1 less what is lost
                    var (by, complement) = (result.Answer.MaskLoss![at], others[at]);
                    Assert.InRange(by, Math.Min(losses[at], complement) - 1e-12, Math.Max(losses[at], complement) + 1e-12);
                    Assert.Equal(losses[at], by, 1e-6);
                    if (losses[at] > 0.1) told++;
                }
            }
        }
        Assert.True(told > 100, $"something was lost before {told} tokens");
    }

    // once more, of the whole distribution: −log Σ p of what is allowed, and −log(1 − Σ p) of what is forbidden
    private static async Task<(double[] Losses, double[] Others)> ReadAsync(ILanguageModel model, IConstraint[] constraints, DecodingResult result, int limit, CancellationToken cancellationToken)
    {
        var tree = new TokenTree();
        var prompt = model.Tokenizer.EncodePrompt(result.Prompt);
        await using var session = await model.OpenAsync(tree, prompt.Length + limit, cancellationToken);
        var node = tree.AddRoot(prompt);
        IConstraintSession[] sessions = [.. constraints.Select(constraint => constraint.Open(new() { Tree = tree, Root = node, Prompt = result.Prompt, Tokenizer = model.Tokenizer, Model = model.Facts, MaxTokens = limit }))];
        var (losses, others) = (new double[result.Answer.Ids.Count], new double[result.Answer.Ids.Count]);
        for (var i = 0; i < losses.Length; i++)
        {
            var (mask, all) = (new TokenMask(model.Facts.VocabularySize, allowed: true), new double[model.Facts.VocabularySize]);
            foreach (var own in sessions) own.Restrict(node, limit - i, mask);
            await session.EvaluateAsync(new EvaluationRequest[] { new() { Node = node, LogProbabilities = all } }, cancellationToken);
            losses[i] = Math.Max(0, -Math.Log(Enumerable.Range(0, all.Length).Where(token => mask[token]).Sum(token => Math.Exp(all[token]))));
            others[i] = -Math.Log(1 - Math.Min(1, Enumerable.Range(0, all.Length).Where(token => !mask[token]).Sum(token => Math.Exp(all[token]))));
            if (i < losses.Length - 1) node = tree.Append(node, result.Answer.Ids[i]);
        }
        return (losses, others);
    }
}
