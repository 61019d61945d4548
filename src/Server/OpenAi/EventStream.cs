using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace DecodeAlign.Server;

/// <summary>Server-sent events as OpenAI's clients read them.</summary>
internal sealed class EventStream<T>(HttpContext context, JsonTypeInfo<T> type) : IErrorInStream
{
    private bool _hasBegun;

    public async Task WriteAsync(T value, CancellationToken cancellationToken)
    {
        Begin();
        await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(value, type)}\n\n", cancellationToken).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task EndAsync(CancellationToken cancellationToken) => context.Response.WriteAsync("data: [DONE]\n\n", cancellationToken);

    public Task WriteAsync(ApiException error) => context.Response.WriteAsync($"data: {JsonSerializer.Serialize(ApiErrors.Body(error), ServerJson.Strict.ErrorResponse)}\n\n");

    private void Begin()
    {
        if (_hasBegun) return;
        _hasBegun = true;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Features.Set<IErrorInStream>(this);
    }
}
