using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Remote;

/// <summary>How one kind of server is asked. Safe for concurrent calls.</summary>
internal abstract class Dialect(ServerClient client, int vocabularySize)
{
    /// <summary>Below this a probability is no number of single precision any more; servers then say zero, or the least number that there is.</summary>
    private const double LeastLogProbability = -104;

    /// <summary>Bytes that an entry of a list of top tokens takes in an answer, about.</summary>
    private const int BytesPerEntry = 160;

    protected ServerClient Client => client;

    /// <summary>Ids that the tokenizer knows.</summary>
    protected int VocabularySize => vocabularySize;

    /// <summary>Most texts of one request, where each position tells so many top tokens: an answer has to stay far from its bound.</summary>
    public static int MostTexts(RemoteModelOptions options, int steps, int top) =>
        (int)Math.Clamp(options.MostResponseBytes / 2 / Math.Max(1, (long)steps * Math.Max(1, top) * BytesPerEntry), 1, 256);

    /// <summary>Finds out what the server is and can do.</summary>
    public abstract Task<RemoteServer> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>The ids that the server's tokenizer gives for a text, without what its template adds; null: it has no way to say.</summary>
    public abstract Task<int[]?> TokenizeAsync(string text, CancellationToken cancellationToken);

    /// <summary>Continues texts by their most likely tokens, and tells the most likely ones at each place.</summary>
    /// <param name="search">Whose request it is.</param>
    /// <param name="texts">The texts' ids, at least one.</param>
    /// <param name="steps">Most tokens.</param>
    /// <param name="top">How many of the most likely tokens to tell at each place.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public abstract Task<Written[]> WriteAsync(object search, IReadOnlyList<int[]> texts, int steps, int top, CancellationToken cancellationToken);

    /// <summary>Continues a text by drawn tokens.</summary>
    public abstract Task<Written> DrawAsync(object search, int[] text, int steps, Distribution distribution, ulong seed, CancellationToken cancellationToken);

    /// <summary>Why tokens can't be drawn from a distribution shaped so; null: they can.</summary>
    public virtual string? WhyNotDrawn(Distribution distribution) => null;

    /// <summary>The log P of named ids after each text, at most <see cref="RemoteServer.MostNamed"/> of them; only where the server can.</summary>
    public virtual Task<(double[][] Values, ServerWork Work)> NameAsync(object search, IReadOnlyList<int[]> texts, int[] ids, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>A list of top tokens as it is remembered.</summary>
    protected TokenLogProbability[] Top(IEnumerable<(int? Id, double? LogProbability)> told)
    {
        var seen = new HashSet<int>();
        var top = new List<TokenLogProbability>();
        foreach (var (id, value) in told)
        {
            var token = Id(id);
            // what the model has been padded with is no token
            if (token < VocabularySize && seen.Add(token)) top.Add(new(token, LogP(value)));
        }
        for (var i = 1; i < top.Count; i++)
            if (top[i].LogProbability > top[i - 1].LogProbability) top[i] = top[i] with { LogProbability = top[i - 1].LogProbability };
        return [.. top];
    }

    /// <summary>An id that an answer must hold.</summary>
    protected static int Id(int? id) => id is { } token && token >= 0 ? token : throw new JsonException("a token has no id");

    /// <summary>A log-probability that an answer must hold; zero probability is the least that single precision tells.</summary>
    protected static double LogP(double? value) => value switch
    {
        null or double.NaN => throw new JsonException("a token has no log-probability"),
        > 0.001 => throw new JsonException($"a log-probability is {value}"),
        < LeastLogProbability => LeastLogProbability,
        _ => Math.Min(0, value.Value),
    };

    /// <summary>A number for servers that take one of 31 bits.</summary>
    protected static int ShortSeed(ulong seed) => (int)(seed >> 33);
}
