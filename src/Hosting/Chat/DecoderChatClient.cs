using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>A decoder as a chat client. Safe for concurrent calls; it owns nothing.</summary>
internal sealed class DecoderChatClient(HostedDecoder own, HostedDecoders decoders, HeuristicNames names, TimeProvider time) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new(TelemetryNames.ProviderName, null, own.Model.Name);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var chat = await ReadAsync(messages, options, cancellationToken).ConfigureAwait(false);
        var result = await chat.Decoder.Chat.GenerateAsync(chat.Request, cancellationToken).ConfigureAwait(false);
        var id = NewId();
        return new(new ChatMessage(ChatRole.Assistant, result.Text) { MessageId = id })
        {
            ResponseId = id,
            ModelId = chat.Decoder.Model.Facts.Name,
            CreatedAt = time.GetUtcNow(),
            FinishReason = FinishReasons.Of(result.Answer.FinishReason),
            Usage = Usage(result.Statistics),
            RawRepresentation = result,
            AdditionalProperties = Properties(chat),
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var chat = await ReadAsync(messages, options, cancellationToken).ConfigureAwait(false);
        var id = NewId();
        await foreach (var piece in chat.Decoder.Chat.StreamAsync(chat.Request, cancellationToken).ConfigureAwait(false))
        {
            if (piece.Text.Length == 0 && piece.Result is null) continue;
            var update = new ChatResponseUpdate(ChatRole.Assistant, piece.Text) { ResponseId = id, MessageId = id, ModelId = chat.Decoder.Model.Facts.Name, CreatedAt = time.GetUtcNow() };
            if (piece.Result is { } result)
            {
                update.FinishReason = FinishReasons.Of(result.Answer.FinishReason);
                update.Contents.Add(new UsageContent(Usage(result.Statistics)));
                update.RawRepresentation = result;
                update.AdditionalProperties = Properties(chat);
            }
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        return serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : own.GetService(serviceType);
    }

    public void Dispose()
    {
    }

    private Task<ChatRequest> ReadAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return new ChatOptionsReader(own, decoders, names, this).ReadAsync([.. messages], options, cancellationToken);
    }

    private static string NewId() => Guid.NewGuid().ToString("N");

    private static UsageDetails Usage(in DecodingStatistics cost) => new()
    {
        InputTokenCount = cost.PromptTokens,
        OutputTokenCount = cost.GeneratedTokens,
        TotalTokenCount = cost.PromptTokens + (long)cost.GeneratedTokens,
        AdditionalCounts = new() { ["decodealign.token_evaluations"] = cost.TokenEvaluations, ["decodealign.passes"] = cost.BatchedPasses, ["decodealign.heuristic_calls"] = cost.HeuristicCalls },
    };

    private static AdditionalPropertiesDictionary? Properties(ChatRequest chat) => chat.Recorder is { } recorder ? new() { [ChatOptionKeys.Trace] = recorder } : null;
}
