using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Experiments;

/// <summary>One answer to be generated: a direction as the model reads it, an opening by number, a temperature, a stream of draws.</summary>
internal readonly record struct AnswerKey(string Line, double Temperature, int Opening, int Stream);

/// <summary>
/// Answers by key, each generated once, many in a search. Draws are keyed by prompt and stream, so that an answer is what any decoder over the same model would give, whatever batch it was made in. Kept in a
/// file as JSON Lines, from which a later run goes on.
/// </summary>
internal sealed class AnswerPool : IAsyncDisposable
{
    private const int Batch = 64;
    private const int Searches = 2;

    private readonly ILanguageModel _model;
    private readonly DecodingRequest _asked;
    private readonly string[] _openings;
    private readonly StreamWriter? _file;
    private readonly Dictionary<AnswerKey, ScoredAnswer> _answers = [];
    private readonly Func<string, int, bool, ScoredAnswer> _score;

    public AnswerPool(ILanguageModel model, DecodingRequest asked, string[] openings, string? file, Func<string, int, bool, ScoredAnswer> score)
    {
        (_model, _asked, _openings, _score) = (model, asked, openings, score);
        if (file is null) return;
        // another model, seed or length makes other answers: they are never mixed
        var settings = string.Create(CultureInfo.InvariantCulture, $"{model.Facts.Name} {model.Facts.ParameterCount} {Fingerprint(model)} {asked.MaxTokens} tokens seed {asked.Seed}");
        if (File.Exists(file)) Read(file, settings);
        _file = new StreamWriter(file, append: true);
        if (_answers.Count == 0 && new FileInfo(file).Length == 0) _file.WriteLine(JsonSerializer.Serialize(settings));
    }

    public ScoredAnswer this[AnswerKey key] => _answers[key];

    public int Count => _answers.Count;

    public long Tokens { get; private set; }

    public double Seconds { get; private set; }

    /// <summary>Generates what is not there yet.</summary>
    public async Task EnsureAsync(IEnumerable<AnswerKey> keys, string what, CancellationToken cancellationToken)
    {
        var missing = keys.Where(key => !_answers.ContainsKey(key)).Distinct().OrderBy(key => key.Temperature).ThenBy(key => key.Line, StringComparer.Ordinal).ThenBy(key => key.Opening).ThenBy(key => key.Stream).ToList();
        if (missing.Count == 0) return;
        var watch = Stopwatch.StartNew();
        var (done, tokens) = (0, 0L);
        // two searches at a time: while one draws its tokens the engine computes for the other
        var parts = missing.GroupBy(key => key.Temperature).SelectMany(group => group.Chunk(Batch)).ToList();
        await Parallel.ForEachAsync(parts, new ParallelOptions { MaxDegreeOfParallelism = Searches, CancellationToken = cancellationToken }, async (part, cancelled) =>
        {
            var decoder = _asked.Decoder;
            var request = _asked with { Decoder = decoder with { Distribution = decoder.Distribution with { Temperature = part[0].Temperature } } };
            var batch = await new Decoder(_model).GenerateBatchAsync(request, [.. part.Select(key => new BatchPrompt(key.Line + _openings[key.Opening], key.Stream))], cancelled);
            lock (_answers)
            {
                for (var i = 0; i < part.Length; i++)
                {
                    var answer = batch.Texts[i].Answer;
                    Add(part[i], answer.Text, answer.Ids.Count, answer.FinishReason == FinishReason.Eos);
                    tokens += answer.Ids.Count;
                }
                _file?.Flush();
                done += part.Length;
                Show(what, done, missing.Count, tokens / watch.Elapsed.TotalSeconds);
            }
        });
        (Tokens, Seconds) = (Tokens + tokens, Seconds + watch.Elapsed.TotalSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null) await _file.DisposeAsync();
    }

    private void Add(AnswerKey key, string text, int tokens, bool ended)
    {
        _answers[key] = _score(text, tokens, ended);
        _file?.WriteLine(JsonSerializer.Serialize(new PoolLine(key.Line, key.Temperature, _openings[key.Opening], key.Opening, key.Stream, text, tokens, ended)));
    }

    private void Read(string file, string settings)
    {
        var first = true;
        foreach (var line in File.ReadLines(file))
        {
            try
            {
                if (first)
                {
                    var found = JsonSerializer.Deserialize<string>(line);
                    if (found != settings) throw new InvalidOperationException($"{file}: holds answers of '{found}', not of '{settings}'; name another file");
                    first = false;
                    continue;
                }
                var entry = JsonSerializer.Deserialize<PoolLine>(line)!;
                if (entry.Number < 0 || entry.Number >= _openings.Length || _openings[entry.Number] != entry.Opening) continue;
                _answers[new(entry.Line, entry.Temperature, entry.Number, entry.Stream)] = _score(entry.Text, entry.Tokens, entry.Ended);
            }
            catch (JsonException)
            {
                // an interrupted run leaves half a line at the end; its answer is generated again
            }
        }
    }

    private static string Fingerprint(ILanguageModel model)
    {
        // what the weights say of one text tells two models of one shape apart
        var tree = new TokenTree();
        var session = model.OpenAsync(tree, 64).AsTask().GetAwaiter().GetResult();
        var top = new TokenLogProbability[1];
        session.EvaluateAsync(new EvaluationRequest[] { new() { Node = tree.AddRoot(model.Tokenizer.Encode("Once upon a time")), Top = top } }).AsTask().GetAwaiter().GetResult();
        session.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return top[0].LogProbability.ToString("R", CultureInfo.InvariantCulture);
    }

    private static void Show(string what, int done, int all, double speed)
    {
        if (Console.IsErrorRedirected && done < all) return;
        var bar = new string('#', 30 * done / all).PadRight(30, '.');
        Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{what,-34} [{bar}] {done}/{all}, {speed:0} tokens/s{(done == all ? "\n" : "")}"));
    }

    private sealed record PoolLine(string Line, double Temperature, string Opening, int Number, int Stream, string Text, int Tokens, bool Ended);
}
