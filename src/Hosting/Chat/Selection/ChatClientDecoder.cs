using DecodeAlign.Decoding;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>
/// One conversation with a chat client as a decoder: a prompt takes the place of the last user message's text, and all answers of a batch are asked for at once. Of an answer only the text is known: it has no tokens, and
/// its log P and score are NaN. An answer that fails, fails the batch: the others are cancelled.
/// </summary>
internal sealed class ChatClientDecoder : IDecoder
{
    private readonly IChatClient _client;
    private readonly List<ChatMessage> _messages;
    private readonly ChatOptions? _options;
    private readonly int _last;
    private readonly Lock _lock = new();
    private readonly SortedList<int, ChatAnswer> _answers = [];
    private int _asked;

    public ChatClientDecoder(IChatClient client, List<ChatMessage> messages, ChatOptions? options)
    {
        (_client, _messages, _options) = (client, messages, options);
        _last = messages.FindLastIndex(message => message.Role == ChatRole.User);
    }

    /// <summary>The last user message's text; empty: there is none.</summary>
    public string Prompt => _last < 0 ? "" : _messages[_last].Text;

    /// <summary>All that was answered, in the order of asking; to be read when nothing is asked any more.</summary>
    public IReadOnlyList<ChatAnswer> Answers => [.. _answers.Values];

    public async Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
    {
        var batch = await GenerateBatchAsync(request, [new(request.Prompt, request.Stream)], cancellationToken).ConfigureAwait(false);
        var text = batch.Texts[0];
        return new() { Prompt = text.Prompt, Answer = text.Answer, Answers = text.Answers, Decoder = request.Decoder.Name, Seed = request.Seed, Statistics = batch.Statistics };
    }

    public async Task<DecodingBatch> GenerateBatchAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        if (request.Decoder.Distribution with { Temperature = 1 } != new Distribution()) throw new NotSupportedException("of a distribution a chat client honours the temperature alone");
        var first = Interlocked.Add(ref _asked, prompts.Count) - prompts.Count;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ChatResponse>[] asked = [.. prompts.Select((prompt, i) => AskAsync(request, prompt.Prompt, first + i, ending.Token))];
        var responses = await AllAsync(asked, ending).ConfigureAwait(false);
        Answer[] answers = [.. responses.Select(response => new Answer { Text = response.Text, Ids = [], FinishReason = FinishReasons.Of(response.FinishReason), LogProbability = double.NaN, Score = double.NaN, Heuristics = [] })];
        if (request.Heuristics.Count > 0) await RateAsync(request, answers, cancellationToken).ConfigureAwait(false);
        lock (_lock)
            for (var i = 0; i < answers.Length; i++) _answers.Add(first + i, new(answers[i], responses[i]));
        return new([.. answers.Select((answer, i) => new BatchText(prompts[i].Prompt, prompts[i].Stream, [answer]))], new(0, 0, 0, 0, answers.Length * (long)request.Heuristics.Count, 0, 0));
    }

    private async Task RateAsync(DecodingRequest request, Answer[] answers, CancellationToken cancellationToken)
    {
        var scorer = new AnswerScorer(this, Prompt, request.MaxTokens, [.. request.Heuristics.Select(weighted => new PreferenceObjective(weighted.Heuristic.Name, weighted.Heuristic))]);
        var values = await scorer.ScoreAsync(answers, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < answers.Length; i++)
            answers[i] = answers[i] with { Heuristics = [.. request.Heuristics.Select((weighted, h) => new HeuristicValue(weighted.Heuristic.Name, values[i][h], weighted.Weight, weighted.Heuristic.IsSatisfied(values[i][h])))] };
    }

    private Task<ChatResponse> AskAsync(DecodingRequest request, string prompt, int number, CancellationToken cancellationToken)
    {
        var own = _options?.Clone();
        // where a seed is given, answers have different ones
        if (own?.Seed is { } seed) own.Seed = unchecked(seed + number);
        if (request.Decoder.Distribution.Temperature is not 1 and var temperature) (own ??= new()).Temperature = (float)temperature;
        return _client.GetResponseAsync(prompt == Prompt ? _messages : Told(prompt), own, cancellationToken);
    }

    private List<ChatMessage> Told(string prompt)
    {
        if (_last < 0) throw new ArgumentException("there is no user message that a preference could be told with");
        var message = _messages[_last].Clone();
        message.Contents = [new TextContent(prompt), .. message.Contents.Where(content => content is not TextContent)];
        return [.. _messages[.._last], message, .. _messages[(_last + 1)..]];
    }

    private static async Task<ChatResponse[]> AllAsync(Task<ChatResponse>[] asked, CancellationTokenSource ending)
    {
        await foreach (var done in Task.WhenEach(asked).ConfigureAwait(false))
            if (!done.IsCompletedSuccessfully) await ending.CancelAsync().ConfigureAwait(false);
        // the first that failed of itself, not one that was cancelled for it
        if (Array.Find(asked, answer => answer.IsFaulted) is { } failed) await failed.ConfigureAwait(false);
        return await Task.WhenAll(asked).ConfigureAwait(false);
    }

    /// <summary>An answer, and the response that it came with.</summary>
    public sealed record ChatAnswer(Answer Answer, ChatResponse Response);
}
