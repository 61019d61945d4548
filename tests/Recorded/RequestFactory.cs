using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>The one place where recorded settings become those of today.</summary>
internal static class RequestFactory
{
    public static DecodingRequest Make(RecordedRequest request, IRecordedParts parts) => new DecodingRequest
    {
        Prompt = request.Prompt,
        TaskInstruction = request.TaskInstruction,
        AlignmentInstruction = request.AlignmentInstruction,
        AskForAlignment = request.AskForAlignment,
        Heuristics = [.. request.Heuristics.Select(heuristic => new WeightedHeuristic(parts.Heuristic(heuristic.Kind), heuristic.Weight))],
        Constraints = [.. request.Constraints.Select(parts.Constraint)],
        LookaheadModel = request.LookaheadModel is { } kind ? parts.Model(kind) : null,
    }.With(Options(request));

    public static PreferenceSelection MakePreference(RecordedPreference preference, IRecordedParts parts)
    {
        var target = PreferenceDirection.Create(preference.Objectives.Zip(preference.Weights, (name, weight) => new KeyValuePair<string, double>(name, weight)));
        return new()
        {
            Target = target,
            Objectives = [.. preference.Objectives.Select(name => new PreferenceObjective(name, parts.Heuristic(name)))],
            Conditioner = parts.Conditioner(preference.Conditioner),
            Plan = new()
            {
                Name = "recorded",
                Directions = Directions(preference, target),
                Answers = preference.Answers,
                Allocation = preference.Halving ? AnswerAllocation.Halving : AnswerAllocation.Even,
                Temperature = preference.Temperature,
            },
        };
    }

    private static SearchSetup Options(RecordedRequest request) => new()
    {
        Decoder = request.Decoder,
        Beam = request.Beam,
        Candidates = request.Candidates,
        Lookahead = request.Lookahead,
        Lambda = request.Lambda,
        MaxTokens = request.MaxTokens,
        CandidateChoice = request.SampledCandidates ? TokenChoice.Sample : TokenChoice.Top,
        LookaheadChoice = request.SampledLookahead ? TokenChoice.Sample : TokenChoice.Top,
        Sampling = new()
        {
            Temperature = request.Temperature,
            TopK = request.TopK,
            TopP = request.TopP,
            MinP = request.MinP,
            RepetitionPenalty = request.RepetitionPenalty,
            PresencePenalty = request.PresencePenalty,
        },
        LengthExponent = request.LengthExponent,
        Answers = request.Answers,
        Selection = request.SelectedByHeuristics ? AnswerSelection.Heuristics : AnswerSelection.Score,
        StopSequences = request.StopSequences,
        Seed = request.Seed,
        // what is read ahead of a stop is read in vain; and a beam above 1 was recorded without a pipeline
        Savings = new() { Reuse = request.Reuse, Prune = request.Prune, Shorten = request.Settle, Finish = request.Finish, Forced = request.StopAtStep == 0, Pipeline = request.Beam > 1 ? 0 : request.Pipeline },
        SegmentLength = request.SegmentLength,
        LookaheadEntropy = request.LookaheadEntropy,
        HalveLookaheads = request.HalveLookaheads,
        Suggestions = request.Suggestions,
        Banks = request.Banks,
        NoRepeat = request.NoRepeat,
        Budget = request.Budget,
        Deadline = TimeSpan.FromSeconds(request.Deadline),
    };

    private static IDirectionChoice Directions(RecordedPreference preference, PreferenceDirection target) => preference.Directions switch
    {
        "target" => new TargetDirection(),
        "nearest" => new NearestDirection([target.Turned(-2 * preference.MaxAngle), target.Turned(preference.MaxAngle)]),
        "offset" => new OffsetDirection(preference.MaxAngle),
        "grid" => Near(NeighbourhoodSampler.Grid, preference),
        "cap" => Near(NeighbourhoodSampler.Cap, preference),
        "symmetric" => Near(NeighbourhoodSampler.Symmetric, preference),
        var other => throw new InvalidOperationException($"no directions '{other}'"),
    };

    private static Neighbourhood Near(NeighbourhoodSampler sampler, RecordedPreference preference) =>
        new() { Sampler = sampler, Count = preference.Count, MaxAngle = preference.MaxAngle, GridStep = preference.GridStep, Seed = preference.Seed };
}
