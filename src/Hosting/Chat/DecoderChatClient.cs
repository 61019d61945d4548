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
        var contents = chat.Reply().Read(result.Text);
        return new(new ChatMessage(ChatRole.Assistant, contents) { MessageId = id })
        {
            ResponseId = id,
            ModelId = chat.Decoder.Model.Facts.Name,
            CreatedAt = time.GetUtcNow(),
            FinishReason = ChatReply.Reason(result.Answer.FinishReason, contents),
            Usage = Usage(result.Statistics),
            RawRepresentation = result,
            AdditionalProperties = Properties(chat, result),
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var chat = await ReadAsync(messages, options, cancellationToken).ConfigureAwait(false);
        var id = NewId();
        var reply = chat.Reply();
        await foreach (var piece in chat.Decoder.Chat.StreamAsync(chat.Request, cancellationToken).ConfigureAwait(false))
        {
            IList<AIContent> contents = [.. reply.Next(piece.Text), .. piece.Result is null ? [] : reply.End(piece.Result.Text)];
            if (contents.Count == 0 && piece.Result is null) continue;
            var update = new ChatResponseUpdate(ChatRole.Assistant, contents) { ResponseId = id, MessageId = id, ModelId = chat.Decoder.Model.Facts.Name, CreatedAt = time.GetUtcNow() };
            if (piece.Result is { } result)
            {
                update.FinishReason = ChatReply.Reason(result.Answer.FinishReason, contents);
                update.Contents.Add(new UsageContent(Usage(result.Statistics)));
                update.RawRepresentation = result;
                update.AdditionalProperties = Properties(chat, result);
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

    private static AdditionalPropertiesDictionary? Properties(ChatRequest chat, DecodingResult result)
    {
        var told = new AdditionalPropertiesDictionary();
        if (chat.Recorder is { } recorder) told[ChatOptionKeys.Trace] = recorder;
        if (chat.TellsFront && ParetoFront.Of(result) is { } front) told[ChatOptionKeys.Front] = front;
        return told.Count == 0 ? null : told;
    }
}
