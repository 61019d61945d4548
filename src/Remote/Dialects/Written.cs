using DecodeAlign.Decoding;

namespace DecodeAlign.Remote;

/// <summary>What a server wrote after one text.</summary>
/// <param name="Tokens">The tokens, an end-of-sequence id included; at least one.</param>
/// <param name="Work">What it cost.</param>
internal sealed record Written(IReadOnlyList<WrittenToken> Tokens, ServerWork Work);

/// <summary>A token that a server wrote.</summary>
/// <param name="Token">The token with the model's own log P.</param>
/// <param name="Top">The most likely tokens in its place, best first; those that the tokenizer does not know are left out.</param>
internal readonly record struct WrittenToken(TokenLogProbability Token, TokenLogProbability[] Top);

/// <summary>What an answer cost, as the server says.</summary>
/// <param name="PromptTokens">Tokens of the text that was sent.</param>
/// <param name="CachedTokens">Of those, tokens that it had in its caches.</param>
/// <param name="WrittenTokens">Tokens that it wrote.</param>
internal readonly record struct ServerWork(long PromptTokens, long CachedTokens, long WrittenTokens)
{
    public static ServerWork operator +(ServerWork left, ServerWork right) =>
        new(left.PromptTokens + right.PromptTokens, left.CachedTokens + right.CachedTokens, left.WrittenTokens + right.WrittenTokens);
}
