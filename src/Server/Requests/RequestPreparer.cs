using DecodeAlign.Decoding;
using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Server;

/// <summary>Makes a request of HTTP one of the search's: each field is honoured or refused by name, by the same reader as a chat client's options.</summary>
internal sealed class RequestPreparer(ServedDecoders served, HostedDecoders decoders, HeuristicNames names, IChatClient client, IServiceProviderIsKeyedService keys, IOptions<ServerOptions> limits)
{
    private readonly FileGuard _files = new(keys);

    public Task<Prepared> PrepareAsync(GenerationRequest request, string prompt, CancellationToken cancellationToken) =>
        PrepareAsync(request, new(), (reader, options) => reader.ReadAsync(prompt, options, cancellationToken));

    public Task<Prepared> PrepareAsync(GenerationRequest request, IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken cancellationToken) =>
        PrepareAsync(request, options, (reader, read) => reader.ReadAsync(messages, read, cancellationToken));

    private async Task<Prepared> PrepareAsync(GenerationRequest request, ChatOptions options, Func<ChatOptionsReader, ChatOptions, Task<ChatRequest>> read)
    {
        Check(request);
        var alignment = new AlignmentFields(request.Alignment, limits.Value, _files);
        var decoder = served.Find(request.Model, alignment.Decoder, alignment.Ranks);
        options.AdditionalProperties = alignment.Properties;
        if (request.Priority is { } priority) alignment.Properties[ChatOptionKeys.Priority] = priority;
        options.MaxOutputTokens = request.Limit;
        options.Temperature = (float?)request.Temperature;
        options.TopP = (float?)request.TopP;
        options.PresencePenalty = (float?)request.PresencePenalty;
        options.FrequencyPenalty = (float?)request.FrequencyPenalty;
        options.Seed = request.Seed;
        options.StopSequences = request.Stop is null ? null : [.. request.Stop];
        if (request.Form is { } form) options.ResponseFormat = ResponseFormats.Read(form);
        var chat = await read(new(decoder, decoders, names, client), options).ConfigureAwait(false);
        if (alignment.Ranks && !chat.Request.Decoder.ConsultsHeuristics)
            throw ApiException.Field400("alignment.heuristics", $"would do nothing: '{chat.Request.Decoder.Name}' ranks by none; name another decoder, such as deal, or give 'lambda'");
        return new(chat, alignment, request.Model ?? decoder.Model.Name);
    }

    private void Check(GenerationRequest request)
    {
        static void Range(string field, double? value, double least, double most)
        {
            if (value is { } given && !(given >= least && given <= most)) throw ApiException.Field400(field, FormattableString.Invariant($"must be between {least} and {most}; it is {given}"));
        }

        Range("max_tokens", request.Limit, 1, limits.Value.MaxTokens);
        Range("temperature", request.Temperature, 0, 2);
        Range("top_p", request.TopP, 0, 1);
        Range("presence_penalty", request.PresencePenalty, -2, 2);
        Range("frequency_penalty", request.FrequencyPenalty, -2, 2);
        if (request.Stop is { } stops && (stops.Count > 16 || stops.Any(string.IsNullOrEmpty))) throw ApiException.Field400("stop", "must be at most 16 texts, none of them empty");
    }
}

/// <summary>A request that is ready to run.</summary>
/// <param name="Chat">The search, and how its text is taken apart.</param>
/// <param name="Alignment">What was asked of the search.</param>
/// <param name="Model">The model's name, as the caller wrote it.</param>
internal sealed record Prepared(ChatRequest Chat, AlignmentFields Alignment, string Model);
