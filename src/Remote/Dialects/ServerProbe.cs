using DecodeAlign.Decoding;

namespace DecodeAlign.Remote;

/// <summary>Finds out by asking what no page says for certain: how many top tokens are told, and whether one text is answered the same twice.</summary>
internal static class ServerProbe
{
    private const string Text = "Once upon a time, there was a little fox who lived";
    private const int Compared = 10;
    // draws until one is among the tokens whose log P is known
    private const ulong Draws = 8;
    // beyond what batching moves
    private const double Scaled = 0.15;

    /// <returns>What was said of the server, with what was found.</returns>
    public static async Task<RemoteServer> RunAsync(RemoteServer said, Dialect dialect, ITokenizer tokenizer, RemoteModelOptions options, CancellationToken cancellationToken)
    {
        var text = tokenizer.EncodePrompt(Text);
        if (text.Length < 2) text = [0, 0];
        var search = new object();
        // a whole distribution must fit an answer
        var asked = Dialect.MostTexts(options, 1, said.MostTop) > 0 && 160L * said.MostTop < options.MostResponseBytes ? said.MostTop : Math.Min(said.MostTop, 1024);
        var first = await dialect.WriteAsync(search, [text], 1, asked, cancellationToken).ConfigureAwait(false);
        var told = first[0].Tokens[0].Top;
        if (told.Length == 0) throw new RemoteServerException($"{said.Address}: the server told no log-probabilities");
        var again = await dialect.WriteAsync(search, [text], 1, Math.Min(said.MostTop, Compared), cancellationToken).ConfigureAwait(false);
        var among = await dialect.WriteAsync(search, [text, text[..^1], [.. text, text[^1]]], 1, Math.Min(said.MostTop, Compared), cancellationToken).ConfigureAwait(false);
        var whole = asked >= said.VocabularySize && told.Length >= Math.Min(said.VocabularySize, tokenizer.VocabularySize);
        return said with
        {
            MostTop = whole ? said.VocabularySize : told.Length,
            DrawsTellOwnLogProbability = await DrawsTellOwnAsync(dialect, text, told, search, cancellationToken).ConfigureAwait(false),
            Irregularity = Math.Max(Difference(told, again[0].Tokens[0].Top), Difference(told, among[0].Tokens[0].Top)),
        };
    }

    // drawn at another temperature, a token's log P is the model's own or that of the temperature
    private static async Task<bool> DrawsTellOwnAsync(Dialect dialect, int[] text, TokenLogProbability[] told, object search, CancellationToken cancellationToken)
    {
        var values = told.ToDictionary(entry => entry.Token, entry => entry.LogProbability);
        for (var seed = 1UL; seed <= Draws; seed++)
        {
            var drawn = await dialect.DrawAsync(search, text, 1, new() { Temperature = 1.5 }, Randomness.Mix(0, seed), cancellationToken).ConfigureAwait(false);
            var (token, value) = drawn.Tokens[0].Token;
            if (values.TryGetValue(token, out var own)) return Math.Abs(value - own) < Scaled;
        }
        return true;
    }

    private static double Difference(TokenLogProbability[] left, TokenLogProbability[] right)
    {
        var values = left.ToDictionary(entry => entry.Token, entry => entry.LogProbability);
        return right.Where(entry => values.ContainsKey(entry.Token)).Select(entry => Math.Abs(entry.LogProbability - values[entry.Token])).DefaultIfEmpty(0).Max();
    }
}
