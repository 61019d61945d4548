using System.Text.Json;
using System.Threading.Channels;
using DecodeAlign.Decoding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Server;

/// <summary>A search that tells everything as it goes: the lines of a trace, and the text as soon as it is settled; one JSON object a line.</summary>
internal static class SearchEndpoint
{
    private const int MostPrefix = 4096;

    public static async Task PostAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var options = context.RequestServices.GetRequiredService<Gate>().Options;
        var request = await Body.ReadAsync(context, ServerJson.Strict.SearchRequest, options.MaxBodyBytes, cancellationToken).ConfigureAwait(false);
        var preparer = context.RequestServices.GetRequiredService<RequestPreparer>();
        if (request.Prompt is null == request.Messages is null) throw ApiException.Field400("prompt", "either it or 'messages' must be there");
        if (request.Prefix is { Count: > MostPrefix }) throw ApiException.Field400("prefix", $"may have {MostPrefix} tokens at most");
        var prepared = request.Prompt is { } prompt
            ? await preparer.PrepareAsync(request, prompt, cancellationToken).ConfigureAwait(false)
            : await preparer.PrepareAsync(request, MessageReader.Read(request.Messages!), new ChatOptions(), cancellationToken).ConfigureAwait(false);
        if (prepared.Alignment.Traces) throw ApiException.Field400("alignment.trace", "goes without saying here");
        if (prepared.Chat.TellsFront) throw ApiException.Field400("alignment.front", "is not told by this stream; ask for a completion");
        var search = prepared.Chat.Request;
        if (request.Prefix is { Count: > 0 } given) search = search with { Constraints = [.. search.Constraints, new GivenBeginning(given)] };
        await WriteAsync(context, prepared.Chat.Decoder, search, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(HttpContext context, IDecoder decoder, DecodingRequest search, CancellationToken cancellationToken)
    {
        var lines = Channel.CreateUnbounded<string>(new() { SingleReader = true });
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = FeedAsync(decoder, search, lines.Writer, left.Token);
        try
        {
            // what is refused is refused before the first line
            await lines.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
            context.Response.ContentType = "application/x-ndjson";
            context.Response.Headers.CacheControl = "no-store";
            context.Features.Set<IErrorInStream>(new ErrorLine(context.Response));
            while (await lines.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (lines.Reader.TryRead(out var line)) await context.Response.WriteAsync(line + "\n", cancellationToken).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
            await run.ConfigureAwait(false);
        }
    }

    private static async Task FeedAsync(IDecoder decoder, DecodingRequest search, ChannelWriter<string> lines, CancellationToken cancellationToken)
    {
        try
        {
            using var trace = new JsonLinesTraceWriter(new LineWriter(line => lines.TryWrite(line)));
            await foreach (var piece in decoder.StreamAsync(search with { Trace = trace }, cancellationToken).ConfigureAwait(false))
                if (piece.Ids.Count > 0) lines.TryWrite(JsonSerializer.Serialize(new TextLine(new(piece.Text, piece.Ids)), ServerJson.Strict.TextLine));
            lines.Complete();
        }
        catch (Exception fault)
        {
            lines.Complete(fault);
        }
    }

    private sealed class ErrorLine(HttpResponse response) : IErrorInStream
    {
        public Task WriteAsync(ApiException error) => response.WriteAsync(JsonSerializer.Serialize(ApiErrors.Body(error), ServerJson.Strict.ErrorResponse) + "\n");
    }
}
