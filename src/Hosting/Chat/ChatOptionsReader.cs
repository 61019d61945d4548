using DecodeAlign.Decoding;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>Maps every field of <see cref="ChatOptions"/> to the request, or refuses it by name; none is passed over. The options are read, never changed.</summary>
internal sealed class ChatOptionsReader(HostedDecoder own, DecoderCatalogue decoders, HeuristicNames names, IChatClient client)
{
    public async Task<ChatRequest> ReadAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var properties = new PropertyValues(options?.AdditionalProperties);
        properties.RefuseUnknown();
        var decoder = properties.Text(ChatOptionKeys.Decoder) is { } name ? decoders.Get(name) : own;
        if (options is not null) Refuse(options, decoder);
        var request = decoder.CreateRequest("");
        if (options is not null) request = Apply(options, request, decoder);
        request = Apply(properties, request);
        var (sink, recorder) = Trace(properties);
        request = request with { Trace = sink ?? request.Trace, Constraints = JoinedConstraints.Of(request.Constraints) };

        // the template and the tokenizer come with the model
        await decoder.Model.ReadyAsync(cancellationToken).ConfigureAwait(false);
        request = request with { Prompt = ChatPromptFormat.Render(messages, options?.Instructions, decoder.Model, cancellationToken) };
        if (Preference(properties, request, decoder) is { } preference) request = request with { Decoder = request.Decoder with { Selection = preference.Over(request.Decoder.Selection) } };
        return new(decoder, request, recorder);
    }

    private static void Refuse(ChatOptions options, HostedDecoder decoder)
    {
        void No(bool isSet, string field, string why)
        {
            if (isSet) throw new NotSupportedException($"ChatOptions.{field} can't be honoured: {why}");
        }

        No(options.ConversationId is not null, nameof(options.ConversationId), "no conversation is kept; send all of its messages");
        No(options.ContinuationToken is not null, nameof(options.ContinuationToken), "no response is kept to be continued");
        No(options.Tools is { Count: > 0 }, nameof(options.Tools), "tools are not supported");
        No(options.ToolMode is RequiredChatToolMode, nameof(options.ToolMode), "tools are not supported, so none can be required");
        No(options.Reasoning is { Effort: not null and not ReasoningEffort.None }, nameof(options.Reasoning), "the models do not reason apart from their answer");
        No(options.FrequencyPenalty is not (null or 0), nameof(options.FrequencyPenalty), $"there is no penalty by count; use {nameof(options.PresencePenalty)}, or RepetitionPenalty in the decoder's options");
        No(options.ModelId is { } model && model != decoder.Model.Name && model != decoder.Name, nameof(options.ModelId), $"the decoder '{decoder.Name}' runs the model '{decoder.Model.Name}'");
        No(options.ResponseFormat is not (null or ChatResponseFormatText or ChatResponseFormatJson), nameof(options.ResponseFormat), $"{options.ResponseFormat?.GetType().Name} is not known");
    }

    private DecodingRequest Apply(ChatOptions options, DecodingRequest request, HostedDecoder decoder)
    {
        if (options.RawRepresentationFactory?.Invoke(client) is { } raw)
        {
            if (raw is not DecodingRequest given) throw new NotSupportedException($"ChatOptions.{nameof(options.RawRepresentationFactory)} made a {raw.GetType().Name}; a {nameof(DecodingRequest)} is expected");
            foreach (var (field, isSet) in Typed(options))
                if (isSet) throw new NotSupportedException($"ChatOptions.{field} and ChatOptions.{nameof(options.RawRepresentationFactory)} are both set: the {nameof(DecodingRequest)} decides alone");
            request = given;
        }
        var decoding = request.Options;
        var sampling = decoding.Sampling;
        if (options.MaxOutputTokens is { } most) decoding = decoding with { MaxTokens = most };
        if (options.Seed is { } seed) decoding = decoding with { Seed = unchecked((ulong)seed) };
        if (options.StopSequences is { Count: > 0 } stops) decoding = decoding with { StopSequences = [.. decoding.StopSequences, .. stops] };
        if (options.PresencePenalty is { } presence) sampling = sampling with { PresencePenalty = presence };
        if (options.Temperature is { } temperature) decoding = WithTemperature(decoding, ref sampling, temperature, decoder);
        if (options.TopP is { } topP && NeedsSampling(nameof(options.TopP), decoding, topP == 1, decoder)) sampling = sampling with { TopP = topP };
        if (options.TopK is { } topK && NeedsSampling(nameof(options.TopK), decoding, topK == 0, decoder)) sampling = sampling with { TopK = topK };
        request = request with { Options = decoding with { Sampling = sampling } };
        return options.ResponseFormat is ChatResponseFormatJson json ? request with { Constraints = [.. request.Constraints, JsonResponse.Constraint(json)] } : request;
    }

    private static IEnumerable<(string Field, bool IsSet)> Typed(ChatOptions options) =>
    [
        (nameof(options.MaxOutputTokens), options.MaxOutputTokens is not null),
        (nameof(options.Seed), options.Seed is not null),
        (nameof(options.StopSequences), options.StopSequences is { Count: > 0 }),
        (nameof(options.PresencePenalty), options.PresencePenalty is not null),
        (nameof(options.Temperature), options.Temperature is not null),
        (nameof(options.TopP), options.TopP is not null),
        (nameof(options.TopK), options.TopK is not null),
        (nameof(options.ResponseFormat), options.ResponseFormat is ChatResponseFormatJson),
    ];

    // temperature 0 is the limit of sampling: the most likely token
    private static DecodingOptions WithTemperature(DecodingOptions decoding, ref Distribution sampling, double temperature, HostedDecoder decoder)
    {
        if (temperature == 0) return decoding with { CandidateChoice = TokenChoice.Top };
        if (NeedsSampling(nameof(ChatOptions.Temperature), decoding, temperature == 0, decoder)) sampling = sampling with { Temperature = temperature };
        return decoding;
    }

    private static bool NeedsSampling(string field, DecodingOptions decoding, bool changesNothing, HostedDecoder decoder)
    {
        if (decoding.CandidateChoice == TokenChoice.Sample || decoding.LookaheadChoice == TokenChoice.Sample) return true;
        return changesNothing ? false : throw new NotSupportedException($"ChatOptions.{field} can't be honoured: the decoder '{decoder.Name}' ({decoding.Decoder}) does not sample here; choose one that does, such as sample or best-of");
    }

    private DecodingRequest Apply(PropertyValues properties, DecodingRequest request)
    {
        List<WeightedHeuristic> heuristics = [.. request.Heuristics];
        foreach (var item in properties.List(ChatOptionKeys.Heuristics))
            heuristics.Add(item switch
            {
                string text => names.Heuristic(text),
                WeightedHeuristic weighted => weighted,
                IHeuristic heuristic => new(heuristic),
                _ => throw PropertyValues.Wrong(ChatOptionKeys.Heuristics, "texts or heuristics", item),
            });
        List<IConstraint> constraints = [.. request.Constraints];
        foreach (var item in properties.List(ChatOptionKeys.Constraints))
            constraints.Add(item switch
            {
                string text => names.Constraint(text),
                IConstraint constraint => constraint,
                _ => throw PropertyValues.Wrong(ChatOptionKeys.Constraints, "texts or constraints", item),
            });
        var lambda = properties.Number(ChatOptionKeys.Lambda) ?? request.Options.Lambda;
        return request with { Heuristics = heuristics, Constraints = constraints, Options = request.Options with { Lambda = lambda } };
    }

    private static (ITraceSink? Sink, TraceRecorder? Recorder) Trace(PropertyValues properties)
    {
        switch (properties.Find(ChatOptionKeys.Trace))
        {
            case null or false:
                return default;
            case true:
                var recorder = new TraceRecorder();
                return (recorder, recorder);
            case ITraceSink sink:
                return (sink, null);
            case var other:
                throw PropertyValues.Wrong(ChatOptionKeys.Trace, "true, false or a trace sink", other);
        }
    }

    private static PreferenceSelection? Preference(PropertyValues properties, DecodingRequest request, HostedDecoder decoder)
    {
        var target = properties.Find(ChatOptionKeys.Preference) switch
        {
            null => null,
            string text => PreferenceDirection.Parse(text),
            PreferenceDirection direction => direction,
            var other => throw PropertyValues.Wrong(ChatOptionKeys.Preference, "a text such as positivity=0.8,brevity=0.6", other),
        };
        var neighbourhood = properties.Find(ChatOptionKeys.Neighbourhood) as Neighbourhood
            ?? (properties.Number(ChatOptionKeys.Neighbourhood) is { } degrees ? new Neighbourhood { MaxAngle = degrees } : null);
        var count = properties.Integer(ChatOptionKeys.Directions);
        if (target is null)
        {
            if (neighbourhood is not null || count is not null) throw new NotSupportedException($"ChatOptions.AdditionalProperties has a neighbourhood and no '{ChatOptionKeys.Preference}'");
            return null;
        }
        var settings = decoder.Preferences ?? throw new NotSupportedException($"the model '{decoder.Model.Name}' is not told of preferences: say how with AddPreferences");
        neighbourhood ??= new();
        return new()
        {
            Target = target,
            Objectives = settings.Objectives,
            Conditioner = settings.Conditioner,
            Plan = PreferencePlan.Rps(neighbourhood with { Count = count ?? neighbourhood.Count, Seed = request.Seed }),
        };
    }
}
