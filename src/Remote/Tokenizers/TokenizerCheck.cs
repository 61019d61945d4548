using DecodeAlign.Decoding;

namespace DecodeAlign.Remote;

/// <summary>Checks that a server's tokenizer is the one that was given.</summary>
internal static class TokenizerCheck
{
    // words, digits, spaces, line breaks, accents, scripts, an emoji of several parts, and code: what tokenizers treat differently
    private static readonly string[] Probes =
    [
        "Once upon a time, there was a little fox.", "  two  spaces\n\nand\tlines ", "1234567 3.14 $5,000.00", "don't CAN'T we'll", "naïve Zürich façade", "привет мир", "日本語のテキスト", "👩‍👩‍👧 🦊!",
        "for (int i = 0; i < n; i++) { x[i] += 1; }", "https://example.org/a?b=c#d",
    ];

    /// <exception cref="InvalidOperationException">It is another, or can't be asked; the message shows where they differ.</exception>
    public static async Task RunAsync(ITokenizer tokenizer, Dialect dialect, Uri address, CancellationToken cancellationToken)
    {
        foreach (var probe in Probes)
        {
            var own = tokenizer.Encode(probe, addSpecialTokens: false);
            var theirs = await dialect.TokenizeAsync(probe, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"{address}: the server has no way to say how it makes tokens of a text, so that the tokenizer can't be checked");
            if (!own.AsSpan().SequenceEqual(theirs))
                throw new InvalidOperationException($"{address}: the server's tokenizer is not the one that was given: \"{probe}\" is [{Some(own)}] here and [{Some(theirs)}] there. Name the folder of the model that it serves");
        }
    }

    private static string Some(int[] ids) => string.Join(' ', ids.Take(12)) + (ids.Length > 12 ? " …" : "");
}
