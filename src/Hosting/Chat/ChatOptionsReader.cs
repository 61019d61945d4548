using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>Maps every field of <see cref="ChatOptions"/> to the request, or refuses it by name; none is passed over. The options are read, never changed.</summary>
internal sealed class ChatOptionsReader(HostedDecoder own, HostedDecoders decoders, HeuristicNames names, IChatClient client)
{
    private const string ThinkingEnd = "</think>";

    /// <summary>Reads a request whose prompt is made of messages.</summary>
    public Task<ChatRequest> ReadAsync(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken) =>
        ReadAsync(options, (model, tools) => ChatPromptFormat.Render(messages, options?.Instructions, model, tools, cancellationToken), cancellationToken);

    /// <summary>Reads a request whose prompt is there.</summary>
    public Task<ChatRequest> ReadAsync(string prompt, ChatOptions options, CancellationToken cancellationToken) => ReadAsync(options, (_, _) => prompt, cancellationToken);

    private async Task<ChatRequest> ReadAsync(ChatOptions? options, Func<HostedModel, ChatTools?, string> prompt, CancellationToken cancellationToken)
    {
        var properties = new PropertyValues(options?.AdditionalProperties);
        properties.RefuseUnknown();
        var decoder = properties.Text(ChatOptionKeys.Decoder) is { } name ? decoders.Get(name) : own;
        if (options is not null) Refuse(options, decoder);
        var raw = options is null ? null : Raw(options);
        var settings = Settings(options, properties, decoder);
        if (raw is not null && settings.ChangesDecoder) throw new NotSupportedException($"{settings.FirstLabel} and ChatOptions.{nameof(options.RawRepresentationFactory)} are both set: the {nameof(DecodingRequest)} decides alone");
        var request = raw ?? decoder.Preset.Request;
        if (options is not null) request = Limit(options, request);
        if (properties.Whole(ChatOptionKeys.Priority) is { } priority) request = request with { Priority = priority };
        if (settings.ChangesDecoder) request = request with { Decoder = names.WithJudge(settings.Create()) };
        if (options?.Temperature == 0) request = request with { Decoder = MostLikely(request.Decoder) };
        // the tokenizer and the template come with the model
        await decoder.Model.ReadyAsync(cancellationToken).ConfigureAwait(false);
        var ranking = raw is null ? decoder.Preset.Ranking : new() { Parts = [.. raw.Heuristics.Select(weighted => new RankedPart(weighted.Heuristic.Name, weighted.Heuristic, weighted.Weight))] };
        request = new ChatGuidance(properties).Guide(request, raw is null ? decoder.Preset.Guidance : null, names);
        request = Constrain(properties, Rank(properties, request, ranking, decoder.Preset.Scoring, decoder.Model));
        var form = options?.ResponseFormat is ChatResponseFormatJson json ? JsonResponse.Constraint(json, cancellationToken) : null;
        var tools = options is null ? null : ChatTools.Read(options, Format(properties, decoder.Model), form, cancellationToken);
        if ((tools?.Calls ?? (TextConstraint?)form) is { } whole) request = request with { Constraints = [.. request.Constraints, whole] };
        if (raw is null) settings.RefuseIdle(request);
        var (sink, recorder) = Trace(properties);
        var thinking = properties.Count(ChatOptionKeys.ThinkingTokens);
        request = request with { Trace = sink ?? request.Trace, Constraints = JoinedConstraints.Of(request.Constraints, thinking is null ? null : ThinkingEnd, thinking, cancellationToken) };
        // a request that decides alone has the preference that the caller names, not the decoder's
        if (raw is null || properties.Find(ChatOptionKeys.Preference) is not null) request = settings.Choose(request, names.With(decoder.Preset.Scoring));
        var front = properties.Flag(ChatOptionKeys.Front) == true;
        if (front && request.Heuristics.Count == 0 && (raw is null ? !settings.HasPreference : raw.Decoder.Selection is null))
            throw new NotSupportedException($"ChatOptions.AdditionalProperties['{ChatOptionKeys.Front}'] can't be honoured: there are no heuristics to compare answers by");
        return new(decoder, request with { Prompt = prompt(decoder.Model, tools) }, tools, thinking is null ? null : ThinkingEnd, recorder) { TellsFront = front };
    }

    private static void Refuse(ChatOptions options, HostedDecoder decoder)
    {
        void No(bool isSet, string field, string why)
        {
            if (isSet) throw new NotSupportedException($"ChatOptions.{field} can't be honoured: {why}");
        }

        No(options.ConversationId is not null, nameof(options.ConversationId), "no conversation is kept; send all of its messages");
        No(options.ContinuationToken is not null, nameof(options.ContinuationToken), "no response is kept to be continued");
        No(options.Reasoning is { Effort: not null and not ReasoningEffort.None }, nameof(options.Reasoning), $"how much a model thinks is not told it by a level; use '{ChatOptionKeys.ThinkingTokens}'");
        No(options.ModelId is { } model && model != decoder.Model.Name && model != decoder.Name, nameof(options.ModelId), $"the decoder '{decoder.Name}' runs the model '{decoder.Model.Name}'");
        No(options.ResponseFormat is not (null or ChatResponseFormatText or ChatResponseFormatJson), nameof(options.ResponseFormat), $"{options.ResponseFormat?.GetType().Name} is not known");
    }

    private DecodingRequest? Raw(ChatOptions options)
    {
        if (options.RawRepresentationFactory?.Invoke(client) is not { } raw) return null;
        if (raw is not DecodingRequest given) throw new NotSupportedException($"ChatOptions.{nameof(options.RawRepresentationFactory)} made a {raw.GetType().Name}; a {nameof(DecodingRequest)} is expected");
        foreach (var (field, isSet) in Typed(options))
            if (isSet) throw new NotSupportedException($"ChatOptions.{field} and ChatOptions.{nameof(options.RawRepresentationFactory)} are both set: the {nameof(DecodingRequest)} decides alone");
        return given;
    }

    private static DecodingRequest Limit(ChatOptions options, DecodingRequest request)
    {
        if (options.MaxOutputTokens is { } most) request = request with { MaxTokens = most };
        if (options.Seed is { } seed) request = request with { Seed = unchecked((ulong)seed) };
        return options.StopSequences is { Count: > 0 } stops ? request with { StopSequences = [.. request.StopSequences, .. stops] } : request;
    }

    private static ChatSettings Settings(ChatOptions? options, PropertyValues properties, HostedDecoder decoder)
    {
        var target = properties.Find(ChatOptionKeys.Preference);
        if (target is not (null or string or PreferenceDirection)) throw PropertyValues.Wrong(ChatOptionKeys.Preference, "a text such as positivity=0.8,brevity=0.6", target);
        var settings = new ChatSettings(decoder, target);
        // what changes nothing is as good as honoured, whatever the decoder; temperature 0 has no setting
        void Typed(string field, string setting, double? value, double neutral)
        {
            var known = DecoderCatalogue.FindSetting(setting)!;
            if (value is { } given && (given != neutral || decoder.Preset.Settings.ContainsKey(setting))) settings.Add(known, given, $"ChatOptions.{field}");
        }

        if (options?.Temperature != 0) Typed(nameof(options.Temperature), "temperature", options?.Temperature, 1);
        Typed(nameof(options.TopP), "topP", options?.TopP, 1);
        Typed(nameof(options.TopK), "topK", options?.TopK, 0);
        Typed(nameof(options.PresencePenalty), "presencePenalty", options?.PresencePenalty, 0);
        Typed(nameof(options.FrequencyPenalty), "frequencyPenalty", options?.FrequencyPenalty, 0);
        foreach (var setting in DecoderCatalogue.AllSettings)
        {
            var key = ChatOptionKeys.Setting(setting.Name);
            if (properties.Setting(setting, key) is { } value and not PreferenceDirection) settings.Add(setting, value, $"ChatOptions.AdditionalProperties['{key}']");
        }
        return settings;
    }

    private static IEnumerable<(string Field, bool IsSet)> Typed(ChatOptions options) =>
    [
        (nameof(options.MaxOutputTokens), options.MaxOutputTokens is not null),
        (nameof(options.Seed), options.Seed is not null),
        (nameof(options.StopSequences), options.StopSequences is { Count: > 0 }),
        (nameof(options.PresencePenalty), options.PresencePenalty is not null),
        (nameof(options.FrequencyPenalty), options.FrequencyPenalty is not null),
        (nameof(options.Temperature), options.Temperature is not null),
        (nameof(options.TopP), options.TopP is not null),
        (nameof(options.TopK), options.TopK is not null),
        (nameof(options.ResponseFormat), options.ResponseFormat is ChatResponseFormatJson),
        (nameof(options.Tools), options.Tools is { Count: > 0 }),
    ];

    private static ToolCallFormat Format(PropertyValues properties, HostedModel model) =>
        properties.Find(ChatOptionKeys.ToolFormat) is { } given ? ToolFormats.Read(given) : ToolFormats.Of(model.Templates is { Templates.Count: > 0 } folder ? folder.Select(withTools: true) : null);

    // temperature 0 is the limit of sampling: the most likely token
    private static DecoderParts MostLikely(DecoderParts decoder) => decoder with
    {
        Proposal = MostLikely(decoder.Proposal) ?? throw new NotSupportedException($"ChatOptions.{nameof(ChatOptions.Temperature)} can't be honoured: '{decoder.Name}' has to sample, so its temperature is above 0"),
        Rank = decoder.Rank with { Lookahead = decoder.Rank.Lookahead with { Choice = TokenChoice.Top } },
    };

    private static Proposal? MostLikely(Proposal proposal) => proposal switch
    {
        SampledTokens sampled => new TopTokens(sampled.Candidates),
        TopTokens => proposal,
        ProposalDecorator decorator when MostLikely(decorator.Inner) is { } inner => decorator with { Inner = inner },
        _ => null,
    };

    // what a request that decides alone ranks by has no specifications, and counts under its names
    private DecodingRequest Rank(PropertyValues properties, DecodingRequest request, RankingSpecification ranking, ScoringModelSettings scoring, HostedModel model)
    {
        var asked = Asked(properties, scoring);
        List<RankedPart> own = [.. properties.List(ChatOptionKeys.Heuristics).Select(item => item switch
        {
            string text => asked.Part(text),
            WeightedHeuristic weighted => new(weighted.Heuristic.Name, weighted.Heuristic, weighted.Weight),
            IHeuristic heuristic => new RankedPart(heuristic.Name, heuristic),
            _ => throw PropertyValues.Wrong(ChatOptionKeys.Heuristics, "texts or heuristics", item),
        })];
        var rule = properties.Text(ChatOptionKeys.Combine);
        var calibration = properties.Find(ChatOptionKeys.Calibration) switch
        {
            null => null,
            string file => CalibrationFile.Read(file),
            Calibration given => given,
            var other => throw PropertyValues.Wrong(ChatOptionKeys.Calibration, "a file", other),
        };
        var byPosition = properties.Flag(ChatOptionKeys.ByPosition);
        if (own.Count == 0 && rule is null && calibration is null && byPosition is null) return request;
        CalibrationCheck.Check(calibration, model);
        ranking = ranking with { Parts = [.. ranking.Parts, .. own], Rule = rule ?? ranking.Rule, Calibration = calibration ?? ranking.Calibration, ByPosition = byPosition ?? ranking.ByPosition };
        if (ranking.Parts.Count == 0) throw new NotSupportedException($"ChatOptions.AdditionalProperties['{(rule is not null ? ChatOptionKeys.Combine : calibration is not null ? ChatOptionKeys.Calibration : ChatOptionKeys.ByPosition)}'] can't be honoured: there are no heuristics to rank by");
        return request with { Heuristics = ranking.Combine() };
    }

    // the names of the request, whose judges may have principles of its own
    private HeuristicNames Asked(PropertyValues properties, ScoringModelSettings scoring)
    {
        string[] principles = [.. properties.List(ChatOptionKeys.Principles).Select(item => item as string ?? throw PropertyValues.Wrong(ChatOptionKeys.Principles, "texts", item))];
        var (context, score) = (properties.Text(ChatOptionKeys.JudgeContext), properties.Text(ChatOptionKeys.JudgeScore));
        var judges = names.ScoringModels(properties.List(ChatOptionKeys.Heuristics).OfType<string>()).Any(model => model.Kind == ScoringModelKind.Judge);
        foreach (var (key, isSet) in ((string, bool)[])[(ChatOptionKeys.Principles, principles.Length > 0), (ChatOptionKeys.JudgeContext, context is not null), (ChatOptionKeys.JudgeScore, score is not null)])
            if (isSet && !judges) throw new NotSupportedException($"ChatOptions.AdditionalProperties['{key}'] can't be honoured: there is no judge among '{ChatOptionKeys.Heuristics}' to follow it");
        if (judges && principles.Length == 0 && scoring.Principles.Count == 0) throw new ArgumentException($"a judge among '{ChatOptionKeys.Heuristics}' needs '{ChatOptionKeys.Principles}': what it looks for, a sentence each");
        if (judges) scoring = scoring with { Principles = principles.Length > 0 ? principles : scoring.Principles, JudgeContext = context ?? scoring.JudgeContext, JudgeScore = score ?? scoring.JudgeScore };
        if (scoring.FindFault([new(ScoringModelKind.Judge, "", null, 1)]) is (nameof(ScoringModelSettings.JudgeScore), var reason)) throw new ArgumentException($"ChatOptions.AdditionalProperties['{ChatOptionKeys.JudgeScore}'] {reason}");
        return names.With(scoring);
    }

    private DecodingRequest Constrain(PropertyValues properties, DecodingRequest request)
    {
        var specs = new List<string>();
        List<IConstraint> constraints = [.. request.Constraints];
        foreach (var item in properties.List(ChatOptionKeys.Constraints))
        {
            if (item is string text) specs.Add(text);
            else constraints.Add(item as IConstraint ?? throw PropertyValues.Wrong(ChatOptionKeys.Constraints, "texts or constraints", item));
        }
        return request with { Constraints = [.. constraints, .. names.Constraints(specs)] };
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
}
