using DecodeAlign.Decoding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Server;

/// <summary><c>/v1/completions</c>.</summary>
internal static class CompletionsEndpoint
{
    public static async Task PostAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var limits = context.RequestServices.GetRequiredService<Gate>().Options;
        var request = await Body.ReadAsync(context, ServerJson.Strict.CompletionRequest, limits.MaxBodyBytes, cancellationToken).ConfigureAwait(false);
        var count = request.N ?? 1;
        Check(request, limits);
        var prepared = await context.RequestServices.GetRequiredService<RequestPreparer>().PrepareAsync(request, request.Prompt[0], cancellationToken).ConfigureAwait(false);
        using var trace = TraceLines.Of(prepared, count * request.Prompt.Count);
        var search = trace is null ? prepared.Chat.Request : prepared.Chat.Request with { Trace = trace.Sink };
        var empty = new Completion(Replies.NewId("cmpl"), context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds(), prepared.Model, []);
        if (request.Stream == true)
        {
            await StreamAsync(context, request, prepared, search, empty, trace, cancellationToken).ConfigureAwait(false);
            return;
        }
        var generated = await Generated.RunAsync(prepared.Chat.Decoder, search, request.Prompt, count, cancellationToken).ConfigureAwait(false);
        var choices = new List<CompletionChoice>();
        foreach (var choice in generated.Choices)
        {
            var text = (request.Echo == true ? request.Prompt[choices.Count / count] : "") + choice.Answer.Text;
            choices.Add(new(choices.Count, text, await LogprobsAsync(request, prepared, choice, cancellationToken).ConfigureAwait(false), Replies.Reason(choice.Answer.FinishReason)));
        }
        var completion = empty with { Choices = choices, Usage = Replies.Usage(generated.Cost, count), Alignment = Replies.Report(prepared, generated, trace) };
        await context.Response.WriteAsJsonAsync(completion, ServerJson.Strict.Completion, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static async Task StreamAsync(HttpContext context, CompletionRequest request, Prepared prepared, DecodingRequest search, Completion empty, TraceLines? trace, CancellationToken cancellationToken)
    {
        var events = new EventStream<Completion>(context, ServerJson.Strict.Completion);
        var count = request.N ?? 1;
        var results = new DecodingResult?[count * request.Prompt.Count];
        var begun = new bool[results.Length];
        await foreach (var (choice, piece) in Choices.StreamAsync(prepared.Chat.Decoder, search, request.Prompt, count, cancellationToken).ConfigureAwait(false))
        {
            var text = (request.Echo == true && !begun[choice] ? request.Prompt[choice / count] : "") + piece.Text;
            begun[choice] = true;
            results[choice] = piece.Result;
            var logprobs = piece.Result is { } result ? await LogprobsAsync(request, prepared, new(result.Prompt, result.Answer, result.Selection, result.Answers), cancellationToken).ConfigureAwait(false) : null;
            if (text.Length > 0 || piece.Result is not null)
                await events.WriteAsync(empty with { Choices = [new(choice, text, logprobs, piece.Result is null ? null : Replies.Reason(piece.Result.Answer.FinishReason))] }, cancellationToken).ConfigureAwait(false);
        }
        var all = new Generated([.. results.Select(result => new GeneratedChoice(result!.Prompt, result.Answer, result.Selection, result.Answers))], results.Aggregate(default(DecodingStatistics), (sum, result) => sum + result!.Statistics));
        var wantsUsage = request.StreamOptions?.IncludeUsage == true;
        if (wantsUsage || prepared.Alignment.IsGiven) await events.WriteAsync(empty with { Usage = wantsUsage ? Replies.Usage(all.Cost, count) : null, Alignment = Replies.Report(prepared, all, trace) }, cancellationToken).ConfigureAwait(false);
        await events.EndAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<CompletionLogprobs?> LogprobsAsync(CompletionRequest request, Prepared prepared, GeneratedChoice choice, CancellationToken cancellationToken)
    {
        if (request.Logprobs is not { } top) return null;
        var model = prepared.Chat.Decoder.Model;
        return TokenLogprobs.Completion(await TokenLogprobs.ReadAsync(model, choice, top, cancellationToken).ConfigureAwait(false), model.Tokenizer);
    }

    private static void Check(CompletionRequest request, ServerOptions limits)
    {
        if (request.Prompt.Count == 0) throw ApiException.Field400("prompt", "must be a text, or several");
        if (request.N is < 1 || (long)(request.N ?? 1) * request.Prompt.Count > limits.MaxChoices) throw ApiException.Field400("n", $"must be at least 1, and n times the prompts at most {limits.MaxChoices}; n is {request.N ?? 1}, and there are {request.Prompt.Count} prompts");
        if (request.Logprobs is < 0 or > 5) throw ApiException.Field400("logprobs", $"must be from 0 to 5; it is {request.Logprobs}");
        if (request.Logprobs is not null && request.Echo == true) throw ApiException.Field400("logprobs", "are of what is generated; leave 'echo' out");
        if (request.StreamOptions is not null && request.Stream != true) throw ApiException.Field400("stream_options", "goes with 'stream': true");
    }
}
