namespace DecodeAlign.Decoding;

/// <summary>How a prompt becomes tokens.</summary>
public static class PromptEncoding
{
    /// <summary>
    /// Token ids of a prompt with what the tokenizer's own template adds, each once: where the prompt itself begins with it, as chat templates write it, or ends with it, it is not added
    /// again. Whatever reads a prompt in this library reads it so.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="prompt">Any text; lone surrogates are read as U+FFFD.</param>
    public static int[] EncodePrompt(this ITokenizer tokenizer, string prompt)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var all = tokenizer.Encode(prompt);
        var own = tokenizer.Encode(prompt, addSpecialTokens: false);
        // where the prompt's own tokens stand among all of them
        var start = all.AsSpan().LastIndexOf(own);
        if (all.Length == own.Length || own.Length == 0 || start < 0) return all;
        var (before, after) = (all[..start], all[(start + own.Length)..]);
        if (own.AsSpan().StartsWith(before)) before = [];
        if (own.AsSpan().EndsWith(after)) after = [];
        return [.. before, .. own, .. after];
    }
}
