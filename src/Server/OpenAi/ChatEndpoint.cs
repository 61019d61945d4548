using DecodeAlign.Decoding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Server;

/// <summary><c>/v1/chat/completions</c>.</summary>
internal static class ChatEndpoint
{
    public static async Task PostAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var limits = context.RequestServices.GetRequiredService<Gate>().Options;
        var request = await Body.ReadAsync(context, ServerJson.Strict.ChatCompletionRequest, limits.MaxBodyBytes, cancellationToken).ConfigureAwait(false);
        Check(request, limits);
        var options = new ChatOptions();
        ToolReader.Read(request, options);
        var prepared = await context.RequestServices.GetRequiredService<RequestPreparer>().PrepareAsync(request, MessageReader.Read(request.Messages), options, cancellationToken).ConfigureAwait(false);
        var count = request.N ?? 1;
        using var trace = TraceLines.Of(prepared, count);
        if (trace is not null) prepared = prepared with { Chat = prepared.Chat with { Request = prepared.Chat.Request with { Trace = trace.Sink } } };
        var (id, created) = (Replies.NewId("chatcmpl"), context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds());
        if (request.Stream == true)
        {
            await StreamAsync(context, request, prepared, new(id, created, prepared.Model, []), count, trace, cancellationToken).ConfigureAwait(false);
            return;
        }
        var generated = await Generated.RunAsync(prepared.Chat.Decoder.Chat, prepared.Chat.Request, [prepared.Chat.Request.Prompt], count, cancellationToken).ConfigureAwait(false);
        var choices = new List<ChatChoice>();
        foreach (var choice in generated.Choices) choices.Add(Replies.Choice(choices.Count, prepared.Chat, choice.Answer, await LogprobsAsync(request, prepared, choice, cancellationToken).ConfigureAwait(false)));
        var completion = new ChatCompletion(id, created, prepared.Model, choices, Replies.Usage(generated.Cost, count)) { Alignment = Replies.Report(prepared, generated, trace) };
        await context.Response.WriteAsJsonAsync(completion, ServerJson.Strict.ChatCompletion, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static async Task StreamAsync(HttpContext context, ChatCompletionRequest request, Prepared prepared, ChatCompletionChunk empty, int count, TraceLines? trace, CancellationToken cancellationToken)
    {
        var events = new EventStream<ChatCompletionChunk>(context, ServerJson.Strict.ChatCompletionChunk);
        var replies = Enumerable.Range(0, count).Select(_ => prepared.Chat.Reply()).ToArray();
        var (begun, results) = (new bool[count], new DecodingResult?[count]);
        await foreach (var (choice, piece) in Choices.StreamAsync(prepared.Chat.Decoder.Chat, prepared.Chat.Request, [prepared.Chat.Request.Prompt], count, cancellationToken).ConfigureAwait(false))
        {
            IList<AIContent> contents = [.. replies[choice].Next(piece.Text), .. piece.Result is null ? [] : replies[choice].End(piece.Result.Text)];
            if (!begun[choice]) await SendAsync(choice, new() { Role = "assistant", Content = "" }, null).ConfigureAwait(false);
            begun[choice] = true;
            if (Replies.Delta(contents) is { } delta) await SendAsync(choice, delta, null).ConfigureAwait(false);
            if (piece.Result is not { } result) continue;
            results[choice] = result;
            var logprobs = await LogprobsAsync(request, prepared, new(result.Prompt, result.Answer, result.Selection, result.Answers), cancellationToken).ConfigureAwait(false);
            await SendAsync(choice, new(), Replies.Reason(result.Answer.FinishReason, contents.OfType<FunctionCallContent>().Any()), logprobs).ConfigureAwait(false);
        }
        var all = new Generated([.. results.Select(result => new GeneratedChoice(result!.Prompt, result.Answer, result.Selection, result.Answers))], results.Aggregate(default(DecodingStatistics), (sum, result) => sum + result!.Statistics));
        var wantsUsage = request.StreamOptions?.IncludeUsage == true;
        if (wantsUsage || prepared.Alignment.IsGiven) await events.WriteAsync(empty with { Usage = wantsUsage ? Replies.Usage(all.Cost, count) : null, Alignment = Replies.Report(prepared, all, trace) }, cancellationToken).ConfigureAwait(false);
        await events.EndAsync(cancellationToken).ConfigureAwait(false);

        Task SendAsync(int choice, ChatDelta delta, string? reason, ChatLogprobs? logprobs = null) => events.WriteAsync(empty with { Choices = [new(choice, delta, reason) { Logprobs = logprobs }] }, cancellationToken);
    }

    private static async Task<ChatLogprobs?> LogprobsAsync(ChatCompletionRequest request, Prepared prepared, GeneratedChoice choice, CancellationToken cancellationToken)
    {
        if (request.Logprobs != true) return null;
        var model = prepared.Chat.Decoder.Model;
        return TokenLogprobs.Chat(await TokenLogprobs.ReadAsync(model, choice, request.TopLogprobs ?? 0, cancellationToken).ConfigureAwait(false), model.Tokenizer);
    }

    private static void Check(ChatCompletionRequest request, ServerOptions limits)
    {
        if (request.N is < 1 || request.N > limits.MaxChoices) throw ApiException.Field400("n", $"must be from 1 to {limits.MaxChoices}; it is {request.N}");
        if (request.TopLogprobs is < 0 or > 20) throw ApiException.Field400("top_logprobs", $"must be from 0 to 20; it is {request.TopLogprobs}");
        if (request.TopLogprobs is not null && request.Logprobs != true) throw ApiException.Field400("top_logprobs", "goes with 'logprobs': true");
        if (request.StreamOptions is not null && request.Stream != true) throw ApiException.Field400("stream_options", "goes with 'stream': true");
        if (request.MaxTokens is not null && request.MaxCompletionTokens is not null && request.MaxTokens != request.MaxCompletionTokens) throw ApiException.Field400("max_tokens", "and 'max_completion_tokens' are both there and differ");
        if (request.Store == true) throw ApiException.Field400("store", "no answer is kept");
        if (request.ServiceTier is not (null or "auto" or "default")) throw ApiException.Field400("service_tier", "there is one tier: auto or default");
    }
}
