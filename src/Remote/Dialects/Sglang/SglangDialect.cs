using System.Net;
using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Remote;

/// <summary>SGLang: <c>/generate</c>.</summary>
internal sealed class SglangDialect(ServerClient client, int vocabularySize, SglangModelInfo model) : Dialect(client, vocabularySize)
{
    private const int NamedInOneRequest = 1024;

    /// <inheritdoc/>
    public override async Task<RemoteServer> DescribeAsync(CancellationToken cancellationToken)
    {
        var info = await Client.FindAsync("get_server_info", SglangJson.Default.SglangServerInfo, cancellationToken).ConfigureAwait(false);
        var context = info?.ContextLength ?? (await TextAsync("a", cancellationToken).ConfigureAwait(false))?.MaxModelLen ?? info?.MaxTotalNumTokens;
        return new()
        {
            Address = Client.Address,
            Kind = RemoteServerKind.Sglang,
            Version = info?.Version ?? "",
            Model = info?.ServedModelName ?? model.ModelPath!,
            ContextLength = context is > 0 ? context.Value : throw new RemoteServerException($"{Client.Address}get_server_info: the server does not say how long a text may be (context_length): start it with --context-length"),
            VocabularySize = VocabularySize,
            MostTop = VocabularySize,
            MostNamed = NamedInOneRequest,
            Slots = info?.MaxRunningRequests ?? 0,
            Irregularity = 0,
        };
    }

    /// <inheritdoc/>
    public override async Task<int[]?> TokenizeAsync(string text, CancellationToken cancellationToken) => (await TextAsync(text, cancellationToken).ConfigureAwait(false))?.Tokens;

    /// <inheritdoc/>
    public override Task<Written[]> WriteAsync(object search, IReadOnlyList<int[]> texts, int steps, int top, CancellationToken cancellationToken)
    {
        var request = new SglangRequest([.. texts], new(steps, 0)) { TopLogprobsNum = top };
        return PostAsync(search, request, (answer, text) => Read(answer, text, steps, needsTop: true), cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Written> DrawAsync(object search, int[] text, int steps, Distribution distribution, ulong seed, CancellationToken cancellationToken)
    {
        var sampling = new SglangSampling(steps, distribution.Temperature)
        {
            TopK = distribution.TopK > 0 ? distribution.TopK : -1,
            TopP = distribution.TopP,
            MinP = distribution.MinP,
            SamplingSeed = ShortSeed(seed),
        };
        var written = (await PostAsync(search, new([text], sampling), (answer, sent) => Read(answer, sent, steps, needsTop: false), cancellationToken).ConfigureAwait(false))[0];
        // at another temperature the server tells the log-probabilities of that
        return distribution.Temperature == 1 ? written : await ScoreAsync(search, text, written, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<(double[][] Values, ServerWork Work)> NameAsync(object search, IReadOnlyList<int[]> texts, int[] ids, CancellationToken cancellationToken)
    {
        var request = new SglangRequest([.. texts], new(1, 0)) { TokenIdsLogprob = [.. texts.Select(_ => ids)] };
        var answers = await PostAsync(search, request, (answer, text) => (Values: Named(answer, ids), Work: Read(answer, text, 1, needsTop: false).Work), cancellationToken).ConfigureAwait(false);
        return ([.. answers.Select(answer => answer.Values)], answers.Aggregate(default(ServerWork), (sum, answer) => sum + answer.Work));
    }

    // the log P of the tokens of a text that stands there: told from the token before them on, whose own is null
    private async Task<Written> ScoreAsync(object search, int[] text, Written drawn, CancellationToken cancellationToken)
    {
        var whole = (int[])[.. text, .. drawn.Tokens.Select(token => token.Token.Token)];
        var request = new SglangRequest([whole], new(1, 0)) { LogprobStartLen = text.Length - 1 };
        return (await PostAsync(
            search,
            request,
            (answer, _) =>
            {
                var told = answer.InputTokenLogprobs is { } all && all.Length >= drawn.Tokens.Count ? all[^drawn.Tokens.Count..] : throw new JsonException("input_token_logprobs is missing");
                var tokens = told.Select((entry, i) => Entry(entry).Id == drawn.Tokens[i].Token.Token ? new WrittenToken(new(drawn.Tokens[i].Token.Token, LogP(Entry(entry).LogProbability)), []) : throw new JsonException("input_token_logprobs are of other tokens"));
                return new Written([.. tokens], drawn.Work + new ServerWork(whole.Length, answer.CachedTokens ?? 0, 1));
            },
            cancellationToken).ConfigureAwait(false))[0];
    }

    private async Task<SglangTokens?> TextAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            return await Client.PostAsync(this, "tokenize", new(text, AddSpecialTokens: false), SglangJson.Default.SglangText, static json => JsonSerializer.Deserialize(json.Span, SglangJson.Default.SglangTokens), cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteServerException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private Task<T[]> PostAsync<T>(object search, SglangRequest request, Func<SglangMeta, int[], T> read, CancellationToken cancellationToken) =>
        Client.PostAsync(search, "generate", request, SglangJson.Default.SglangRequest, json => Read(json.Span, request, read), cancellationToken);

    private static T[] Read<T>(ReadOnlySpan<byte> json, SglangRequest request, Func<SglangMeta, int[], T> read)
    {
        var answers = json.TrimStart(" \n\r\t"u8) is [(byte)'[', ..] ? JsonSerializer.Deserialize(json, SglangJson.Default.SglangAnswerArray) : [JsonSerializer.Deserialize(json, SglangJson.Default.SglangAnswer)!];
        if (answers is null || answers.Length != request.InputIds.Length) throw new JsonException($"{request.InputIds.Length} texts were sent, and {answers?.Length ?? 0} answered");
        return [.. answers.Select((answer, i) => read(answer?.MetaInfo ?? throw new JsonException("meta_info is missing"), request.InputIds[i]))];
    }

    private Written Read(SglangMeta answer, int[] text, int steps, bool needsTop)
    {
        if (answer.OutputTokenLogprobs is not { Length: > 0 } tokens) throw new JsonException("output_token_logprobs is missing");
        if (tokens.Length > steps) throw new JsonException($"{tokens.Length} tokens were written, and {steps} asked for");
        var top = answer.OutputTopLogprobs;
        if (needsTop && top?.Length != tokens.Length) throw new JsonException("output_top_logprobs is missing");
        return new([.. tokens.Select((entry, i) => new WrittenToken(Token(entry), needsTop ? Top((top![i] ?? throw new JsonException("output_top_logprobs is missing")).Select(Entry)) : []))], new(text.Length, answer.CachedTokens ?? 0, tokens.Length));
    }

    private static double[] Named(SglangMeta answer, int[] ids)
    {
        if (answer.OutputTokenIdsLogprobs is not [{ } told, ..]) throw new JsonException("output_token_ids_logprobs is missing");
        var values = told.Select(Entry).ToDictionary(entry => Id(entry.Id), entry => LogP(entry.LogProbability));
        return [.. ids.Select(id => values.TryGetValue(id, out var value) ? value : throw new JsonException($"the log-probability of the token {id} is missing"))];
    }

    private static TokenLogProbability Token(JsonElement[] entry) => Entry(entry) is var (id, value) ? new(Id(id), LogP(value)) : default;

    private static (int? Id, double? LogProbability) Entry(JsonElement[]? entry) => entry is [var value, var id, ..]
        ? (id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var token) ? token : null, value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null)
        : throw new JsonException("a log-probability is no list of a number and an id");
}
