using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Remote;

/// <summary>llama.cpp's server: <c>/completion</c>, whose log-probabilities are of temperature 1 and before every mask.</summary>
internal sealed class LlamaCppDialect(ServerClient client, int vocabularySize, LlamaCppProps props) : Dialect(client, vocabularySize)
{
    // named, so that no penalty or sampler that the server was started with takes part
    private static readonly string[] Greedy = ["temperature"];
    private static readonly string[] Order = ["temperature", "top_k", "top_p", "min_p"];

    /// <inheritdoc/>
    public override async Task<RemoteServer> DescribeAsync(CancellationToken cancellationToken)
    {
        var models = await Client.FindAsync("v1/models", LlamaCppJson.Default.LlamaCppModels, cancellationToken).ConfigureAwait(false);
        var own = models?.Data is [var first, ..] ? first : null;
        var rows = Math.Max(VocabularySize, own?.Meta?.NVocab ?? VocabularySize);
        return new()
        {
            Address = Client.Address,
            Kind = RemoteServerKind.LlamaCpp,
            Version = props.BuildInfo ?? "",
            Model = Path.GetFileName(props.ModelAlias ?? own?.Id ?? props.ModelPath ?? "model"),
            ContextLength = props.DefaultGenerationSettings?.NCtx is > 0 and var context ? context : throw new RemoteServerException($"{Client.Address}props: the server does not say how long a text may be (n_ctx)"),
            VocabularySize = rows,
            MostTop = rows,
            Slots = props.TotalSlots ?? 0,
            Irregularity = 0,
        };
    }

    /// <inheritdoc/>
    public override async Task<int[]?> TokenizeAsync(string text, CancellationToken cancellationToken) =>
        await Client.PostAsync(this, "tokenize", new(text, AddSpecial: false, ParseSpecial: true), LlamaCppJson.Default.LlamaCppText, static json => JsonSerializer.Deserialize(json.Span, LlamaCppJson.Default.LlamaCppTokens)?.Tokens, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override Task<Written[]> WriteAsync(object search, IReadOnlyList<int[]> texts, int steps, int top, CancellationToken cancellationToken) =>
        PostAsync(search, new([.. texts], steps, top, 0) { Samplers = Greedy }, cancellationToken);

    /// <inheritdoc/>
    public override async Task<Written> DrawAsync(object search, int[] text, int steps, Distribution distribution, ulong seed, CancellationToken cancellationToken)
    {
        var request = new LlamaCppRequest([text], steps, 1, distribution.Temperature)
        {
            TopK = distribution.TopK,
            TopP = distribution.TopP,
            MinP = distribution.MinP,
            Seed = ShortSeed(seed),
            Samplers = Order,
        };
        return (await PostAsync(search, request, cancellationToken).ConfigureAwait(false))[0];
    }

    private Task<Written[]> PostAsync(object search, LlamaCppRequest request, CancellationToken cancellationToken) =>
        Client.PostAsync(search, "completion", request, LlamaCppJson.Default.LlamaCppRequest, json => Read(json.Span, request), cancellationToken);

    private Written[] Read(ReadOnlySpan<byte> json, LlamaCppRequest request)
    {
        // one text is answered by an object, several by a list in any order
        var answers = json.TrimStart(" \n\r\t"u8) is [(byte)'[', ..] ? JsonSerializer.Deserialize(json, LlamaCppJson.Default.LlamaCppAnswerArray) : [JsonSerializer.Deserialize(json, LlamaCppJson.Default.LlamaCppAnswer)!];
        var written = new Written?[request.Prompt.Length];
        foreach (var answer in answers ?? [])
        {
            var index = request.Prompt.Length == 1 ? 0 : answer?.Index ?? throw new JsonException("an answer has no index");
            if (answer is null || index < 0 || index >= written.Length || written[index] is not null) throw new JsonException($"there is no text for the answer {index}");
            if (answer.CompletionProbabilities is not { Length: > 0 } positions) throw new JsonException("completion_probabilities is missing");
            if (positions.Length > request.NPredict) throw new JsonException($"{positions.Length} tokens were written, and {request.NPredict} asked for");
            written[index] = new([.. positions.Select(Token)], new(request.Prompt[index].Length, answer.Timings?.CacheN ?? 0, positions.Length));
        }
        return [.. written.Select(one => one ?? throw new JsonException($"{request.Prompt.Length} texts were sent, and {answers?.Length ?? 0} answered"))];
    }

    private WrittenToken Token(LlamaCppPosition? position)
    {
        if (position?.TopLogprobs is not { } top) throw new JsonException("top_logprobs is missing");
        return new(new(Id(position.Id), LogP(position.Logprob)), Top(top.Select(entry => (entry.Id, entry.Logprob))));
    }
}
