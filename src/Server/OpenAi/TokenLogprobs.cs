using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Server;

/// <summary>A token of an answer, its log-probability under the model itself, and the likeliest tokens in its place.</summary>
internal sealed record ScoredToken(int Token, double LogProbability, IReadOnlyList<TokenLogProbability> Top);

/// <summary>Reads the model's own log-probabilities of an answer: in a session of its own, after the search has given its memory back.</summary>
internal static class TokenLogprobs
{
    /// <param name="model">The model.</param>
    /// <param name="choice">The answer.</param>
    /// <param name="top">How many of the likeliest tokens are read in each place.</param>
    /// <param name="cancellationToken">Ends it by throwing.</param>
    public static async Task<IReadOnlyList<ScoredToken>> ReadAsync(ILanguageModel model, GeneratedChoice choice, int top, CancellationToken cancellationToken)
    {
        var ids = Shown(model.Tokenizer, choice.Answer);
        if (ids.Length == 0) return [];
        var tree = new TokenTree();
        var prompt = model.Tokenizer.EncodePrompt(choice.Prompt);
        await using var session = await model.OpenAsync(tree, prompt.Length + ids.Length, cancellationToken).ConfigureAwait(false);
        var node = tree.AddRoot(prompt);
        var (requests, values, likeliest) = (new EvaluationRequest[ids.Length], new double[ids.Length], new TokenLogProbability[ids.Length][]);
        for (var i = 0; i < ids.Length; i++)
        {
            likeliest[i] = new TokenLogProbability[Math.Min(top, model.Facts.VocabularySize)];
            requests[i] = new() { Node = node, Named = ids.AsMemory(i, 1), NamedLogProbabilities = values.AsMemory(i, 1), Top = likeliest[i] };
            if (i < ids.Length - 1) node = tree.Append(node, ids[i]);
        }
        await session.EvaluateAsync(requests, cancellationToken).ConfigureAwait(false);
        return [.. ids.Select((id, i) => new ScoredToken(id, values[i], [.. likeliest[i].Where(token => token.Token >= 0)]))];
    }

    public static ChatLogprobs Chat(IReadOnlyList<ScoredToken> tokens, ITokenizer tokenizer) => new(
        [.. tokens.Select(token => new ChatTokenLogprob(Text(tokenizer, token.Token), token.LogProbability, Bytes(tokenizer, token.Token), [.. token.Top.Select(other => new TopLogprob(Text(tokenizer, other.Token), Finite(other.LogProbability), Bytes(tokenizer, other.Token)))]))]);

    public static CompletionLogprobs Completion(IReadOnlyList<ScoredToken> tokens, ITokenizer tokenizer)
    {
        var offsets = new List<int>();
        var offset = 0;
        foreach (var token in tokens)
        {
            offsets.Add(offset);
            offset += Text(tokenizer, token.Token).Length;
        }
        return new(
            [.. tokens.Select(token => Text(tokenizer, token.Token))],
            [.. tokens.Select(token => token.LogProbability)],
            [.. tokens.Select(token => token.Top.DistinctBy(other => Text(tokenizer, other.Token)).ToDictionary(other => Text(tokenizer, other.Token), other => Finite(other.LogProbability)))],
            offsets);
    }

    // without what ended the text: its end-of-sequence token, or the tokens of a stop sequence
    private static int[] Shown(ITokenizer tokenizer, Answer answer)
    {
        var (left, count) = (Encoding.UTF8.GetByteCount(answer.Text), 0);
        while (left > 0 && count < answer.Ids.Count) left -= tokenizer.TokenBytes(answer.Ids[count++]).Length;
        return [.. answer.Ids.Take(count)];
    }

    private static string Text(ITokenizer tokenizer, int id) => tokenizer.IsSpecial(id) ? tokenizer.TokenText(id) : Encoding.UTF8.GetString(tokenizer.TokenBytes(id));

    private static int[] Bytes(ITokenizer tokenizer, int id) => [.. tokenizer.TokenBytes(id).ToArray().Select(value => (int)value)];

    // JSON has no infinity
    private static double Finite(double value) => double.IsFinite(value) ? value : -9999;
}
