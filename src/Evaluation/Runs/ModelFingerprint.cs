using System.Globalization;
using DecodeAlign.Decoding;

namespace DecodeAlign.Evaluation;

/// <summary>Tells two models of one name apart by what their weights say of one text.</summary>
internal static class ModelFingerprint
{
    public static async Task<string> OfAsync(ILanguageModel model, CancellationToken cancellationToken)
    {
        var tree = new TokenTree();
        var ids = model.Tokenizer.EncodePrompt("Once upon a time");
        await using var session = await model.OpenAsync(tree, ids.Length + 1, cancellationToken).ConfigureAwait(false);
        var top = new TokenLogProbability[1];
        await session.EvaluateAsync(new EvaluationRequest[] { new() { Node = tree.AddRoot(ids), Top = top } }, cancellationToken).ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"{top[0].Token} {top[0].LogProbability:R} {model.Tokenizer.Fingerprint}");
    }
}
