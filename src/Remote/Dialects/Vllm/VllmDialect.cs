using System.Globalization;
using System.Net;
using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Remote;

/// <summary>vLLM: <c>/v1/completions</c> with token ids.</summary>
internal sealed class VllmDialect(ServerClient client, int vocabularySize, string version, VllmModel model) : Dialect(client, vocabularySize)
{
    private const int NamedInOneRequest = 128;
    private const string IdPrefix = "token_id:";

    /// <inheritdoc/>
    public override async Task<RemoteServer> DescribeAsync(CancellationToken cancellationToken)
    {
        int[] text = [0, 0];
        var most = await MostTopAsync(text, cancellationToken).ConfigureAwait(false);
        return new()
        {
            Address = Client.Address,
            Kind = RemoteServerKind.Vllm,
            Version = version,
            Model = model.Id ?? "model",
            ContextLength = model.MaxModelLen is > 0 and var context ? context : throw new RemoteServerException($"{Client.Address}v1/models: the server does not say how long a text may be (max_model_len)"),
            VocabularySize = VocabularySize,
            MostTop = most,
            MostNamed = await NamesAsync(text, cancellationToken).ConfigureAwait(false) ? NamedInOneRequest : 0,
            Irregularity = 0,
        };
    }

    /// <inheritdoc/>
    public override async Task<int[]?> TokenizeAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            return await Client.PostAsync(this, "tokenize", new(model.Id ?? "", text, AddSpecialTokens: false), VllmJson.Default.VllmText, static json => JsonSerializer.Deserialize(json.Span, VllmJson.Default.VllmTokens)?.Tokens, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteServerException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override Task<Written[]> WriteAsync(object search, IReadOnlyList<int[]> texts, int steps, int top, CancellationToken cancellationToken) =>
        PostAsync(search, new(model.Id ?? "", [.. texts], steps, top, 0), cancellationToken);

    /// <inheritdoc/>
    public override async Task<Written> DrawAsync(object search, int[] text, int steps, Distribution distribution, ulong seed, CancellationToken cancellationToken)
    {
        var request = new VllmRequest(model.Id ?? "", [text], steps, 1, distribution.Temperature) { TopK = distribution.TopK, TopP = distribution.TopP, MinP = distribution.MinP, Seed = ShortSeed(seed) };
        return (await PostAsync(search, request, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <inheritdoc/>
    public override string? WhyNotDrawn(Distribution distribution) =>
        distribution.MinP > 0 && distribution.TopP < 1 ? "vLLM applies min-p before top-p, and a decoder after it: give one of the two" : null;

    /// <inheritdoc/>
    public override async Task<(double[][] Values, ServerWork Work)> NameAsync(object search, IReadOnlyList<int[]> texts, int[] ids, CancellationToken cancellationToken)
    {
        var request = new VllmRequest(model.Id ?? "", [.. texts], 1, 1, 0) { LogprobTokenIds = ids };
        var written = await PostAsync(search, request, cancellationToken).ConfigureAwait(false);
        double[][] values = [.. written.Select(one =>
        {
            var told = one.Tokens[0].Top.ToDictionary(entry => entry.Token, entry => entry.LogProbability);
            return ids.Select(id => told.TryGetValue(id, out var value) ? value : throw new RemoteServerException($"{Client.Address}v1/completions: the server did not tell the log-probability of the token {id} that it was asked for")).ToArray();
        })];
        return (values, written.Aggregate(default(ServerWork), (sum, one) => sum + one.Work));
    }

    // what --max-logprobs of the server allows, which is mostly 20
    private async Task<int> MostTopAsync(int[] text, CancellationToken cancellationToken)
    {
        if (await TellsAsync(VocabularySize).ConfigureAwait(false)) return VocabularySize;
        var (told, refused, guesses) = (0, VocabularySize, new Queue<int>([20, 21]));
        while (refused - told > 1)
        {
            var guess = guesses.TryDequeue(out var usual) ? usual : (told + refused) / 2;
            if (guess <= told || guess >= refused) continue;
            if (await TellsAsync(guess).ConfigureAwait(false)) told = guess;
            else refused = guess;
        }
        return told > 0 ? told : throw new RemoteServerException($"{Client.Address}v1/completions: the server tells no log-probabilities: start it with --max-logprobs");

        async Task<bool> TellsAsync(int top) => await AcceptsAsync(new(model.Id ?? "", [text], 1, top, 0), cancellationToken).ConfigureAwait(false) is not null;
    }

    // an older server passes over the field in silence
    private async Task<bool> NamesAsync(int[] text, CancellationToken cancellationToken)
    {
        int[] named = [VocabularySize - 1, 0];
        var answer = await AcceptsAsync(new(model.Id ?? "", [text], 1, 1, 0) { LogprobTokenIds = named }, cancellationToken).ConfigureAwait(false);
        return answer is not null && Array.TrueForAll(named, id => answer.Tokens[0].Top.Any(entry => entry.Token == id));
    }

    private async Task<Written?> AcceptsAsync(VllmRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await PostAsync(this, request, cancellationToken).ConfigureAwait(false))[0];
        }
        catch (RemoteServerException e) when (e.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity)
        {
            return null;
        }
    }

    private Task<Written[]> PostAsync(object search, VllmRequest request, CancellationToken cancellationToken) =>
        Client.PostAsync(search, "v1/completions", request, VllmJson.Default.VllmRequest, json => Read(json.Span, request), cancellationToken);

    private Written[] Read(ReadOnlySpan<byte> json, VllmRequest request)
    {
        var answer = JsonSerializer.Deserialize(json, VllmJson.Default.VllmAnswer);
        if (answer?.Choices is not { } choices || choices.Length != request.Prompt.Length) throw new JsonException($"{request.Prompt.Length} texts were sent, and {answer?.Choices?.Length ?? 0} answered");
        var written = new Written?[choices.Length];
        foreach (var choice in choices)
        {
            var index = choice?.Index ?? throw new JsonException("a choice has no index");
            if (index < 0 || index >= written.Length || written[index] is not null) throw new JsonException($"there is no text for the choice {index}");
            var told = choice.Logprobs;
            if (told is not { Tokens: { Length: > 0 } tokens, TokenLogprobs: { } values, TopLogprobs: { } top } || values.Length != tokens.Length || top.Length != tokens.Length) throw new JsonException("logprobs is missing, or not one for each token");
            if (tokens.Length > request.MaxTokens) throw new JsonException($"{tokens.Length} tokens were written, and {request.MaxTokens} asked for");
            // what was cached is told of all texts together
            var cached = index == 0 ? answer.Usage?.PromptTokensDetails?.CachedTokens ?? 0 : 0;
            written[index] = new([.. tokens.Select((token, i) => new WrittenToken(new(Id(Number(token)), LogP(values[i])), Ranked(top[i])))], new(request.Prompt[index].Length, cached, tokens.Length));
        }
        return [.. written.Select(one => one!)];
    }

    // a dictionary has no order
    private TokenLogProbability[] Ranked(Dictionary<string, double?>? top) =>
        Top((top ?? throw new JsonException("top_logprobs is missing")).Select(entry => (Number(entry.Key), entry.Value)).OrderByDescending(entry => entry.Value ?? double.NegativeInfinity).ThenBy(entry => entry.Item1));

    private static int? Number(string? token) =>
        token is not null && token.StartsWith(IdPrefix, StringComparison.Ordinal) && int.TryParse(token.AsSpan(IdPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
