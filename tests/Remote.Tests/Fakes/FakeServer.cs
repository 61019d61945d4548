using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A server in this process over a table model, with its faults. Each dialect writes what a real one wrote.</summary>
internal abstract class FakeServer(TableEngine engine) : HttpMessageHandler
{
    private int _underWay;

    public TableEngine Engine => engine;

    public Uri Address { get; } = new("http://server.test:8080");

    /// <summary>Every request that arrived: its path, body and bearer key.</summary>
    public ConcurrentQueue<(string Path, JsonNode? Body, string? Key)> Requests { get; } = new();

    /// <summary>Requests that ask for tokens.</summary>
    public int Asked => Requests.Count(request => request.Path == TokensPath);

    /// <summary>Most requests that were under way at once.</summary>
    public int MostUnderWay { get; private set; }

    /// <summary>Requests that were broken off by the client.</summary>
    public int BrokenOff;

    /// <summary>What is answered instead, by the number of the request for tokens; null: the real answer.</summary>
    public Func<int, CancellationToken, Task<HttpResponseMessage?>>? Fault { get; set; }

    /// <summary>Changes the text of an answer to a request for tokens.</summary>
    public Func<int, string, string>? Change { get; set; }

    /// <summary>Added to the log-probabilities of a request for tokens: an answer that is not the same twice.</summary>
    public Func<int, double>? Noise { get; set; }

    /// <summary>The tokenizer it has.</summary>
    public ITokenizer Tokenizer { get; init; } = new LetterTokenizer(engine.Facts.VocabularySize);

    /// <summary>Whether an answer waits a little, so that others can arrive.</summary>
    public bool Dawdles { get; set; }

    public abstract string TokensPath { get; }

    /// <summary>Its answer; null: it has no such page.</summary>
    protected abstract string? Answer(string path, JsonNode? body, int number);

    public HttpClient Client() => new(this, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public static HttpResponseMessage Status(HttpStatusCode status, string text = "", string? retryAfter = null)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(text) };
        if (retryAfter is not null) response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath.TrimStart('/');
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken));
        Requests.Enqueue((path, body, request.Headers.Authorization?.Parameter));
        var number = path == TokensPath ? Asked : 0;
        lock (Requests) MostUnderWay = Math.Max(MostUnderWay, ++_underWay);
        try
        {
            if (number > 0 && Fault is { } fault && await fault(number, cancellationToken) is { } instead) return instead;
            if (Dawdles) await Task.Delay(2, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (Answer(path, body, number) is not { } answer) return Status(HttpStatusCode.NotFound);
            if (answer.StartsWith("!400", StringComparison.Ordinal)) return Status(HttpStatusCode.BadRequest, answer[4..]);
            if (number > 0 && Change is { } change) answer = change(number, answer);
            return new(HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, "application/json") };
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref BrokenOff);
            throw;
        }
        finally
        {
            lock (Requests) _underWay--;
        }
    }

    /// <summary>The model's log-probabilities after a text.</summary>
    protected double[] LogProbabilities(IReadOnlyList<int> text, int number)
    {
        var all = new double[engine.Facts.VocabularySize];
        LogitReader.Read(engine.Logits([.. text]), new() { Node = 1, LogProbabilities = all });
        if (Noise is { } noise && noise(number) is not 0 and var shift)
            for (var i = 0; i < all.Length; i++) all[i] = Math.Min(0, all[i] + shift * (i % 3 - 1));
        return all;
    }

    /// <summary>Continues a text: greedily, or at a temperature by a seed.</summary>
    protected List<(int Token, double[] All)> Write(int[] text, int steps, double temperature, ulong seed, int number, int topK = 0)
    {
        var path = text.ToList();
        var written = new List<(int, double[])>();
        while (written.Count < steps)
        {
            var all = LogProbabilities(path, number);
            var token = temperature == 0 ? Ranked(all)[0] : Draw(all, temperature, topK, Randomness.Mix(seed, (ulong)path.Count));
            written.Add((token, all));
            path.Add(token);
            if (engine.Facts.IsEos(token)) break;
        }
        return written;
    }

    protected static int[] Ranked(double[] all) => [.. Enumerable.Range(0, all.Length).OrderByDescending(token => all[token]).ThenBy(token => token)];

    protected static int[][] Ids(JsonNode? lists) => [.. lists!.AsArray().Select(list => list!.AsArray().Select(id => (int)id!).ToArray())];

    private static int Draw(double[] all, double temperature, int topK, ulong key)
    {
        var allowed = topK > 0 ? Ranked(all).Take(topK).ToArray() : [.. Enumerable.Range(0, all.Length)];
        var weights = allowed.Select(token => Math.Exp(all[token] / temperature)).ToArray();
        var left = weights.Sum() * Randomness.Uniform(key, 1, DrawPurpose.Candidate);
        var at = 0;
        while (at < weights.Length - 1 && (left -= weights[at]) >= 0) at++;
        return allowed[at];
    }
}
