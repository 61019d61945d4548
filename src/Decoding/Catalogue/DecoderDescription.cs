namespace DecodeAlign.Decoding;

/// <summary>Says in the catalogue's names what a decoder's parts are set to, however they were made.</summary>
public static class DecoderDescription
{
    // what is off is null
    private static readonly IReadOnlyList<(string Setting, Func<DecoderParts, object?> Value)> Values =
    [
        ("beam", parts => parts.Keep is KeepSurvivors ? null : parts.Keep.Beam),
        ("answers", parts => (parts.Keep as KeepSurvivors)?.Beam),
        ("candidates", parts => Source(parts) switch { TopTokens top => top.Candidates, SampledTokens sampled => sampled.Candidates, Segments segments => segments.Candidates, _ => null }),
        ("sampleCandidates", parts => On(Source(parts) is SampledTokens)),
        ("suggestions", parts => On(Find<SuggestedTokens>(parts)?.Suggestions ?? 0)),
        ("noRepeat", parts => On(Find<WithoutRepeats>(parts)?.NoRepeat ?? 0)),
        ("segmentLength", parts => On(Find<AtIntervals>(parts)?.SegmentLength ?? 1, off: 1)),
        ("lookaheadEntropy", parts => On(Find<WhereUncertain>(parts)?.Entropy ?? 0)),
        ("segmentLeast", parts => parts.Proposal.Segmentation?.Least),
        ("segmentMost", parts => parts.Proposal.Segmentation?.Most),
        ("segmentEntropy", parts => On(parts.Proposal.Segmentation?.Entropy, off: double.PositiveInfinity)),
        ("separator", parts => On(parts.Proposal.Segmentation?.Separator.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal), off: "")),
        ("lookahead", parts => parts.Rank.Lookahead.Tokens),
        ("sampleLookahead", parts => On(parts.Rank.Lookahead.Choice == TokenChoice.Sample)),
        ("halveLookaheads", parts => On(parts.Rank.Lookahead.Halve)),
        ("foresight", parts => On(parts.Rank.Foresight)),
        ("lambda", parts => parts.Rank.Lambda),
        ("likelihoodWeight", parts => On(parts.Rank.LikelihoodWeight, off: 1)),
        ("lengthExponent", parts => On(parts.Rank.LengthExponent)),
        ("temperature", parts => On(parts.Distribution.Temperature, off: 1)),
        ("topK", parts => On(parts.Distribution.TopK)),
        ("topP", parts => On(parts.Distribution.TopP, off: 1)),
        ("minP", parts => On(parts.Distribution.MinP)),
        ("repetitionPenalty", parts => On(parts.Distribution.RepetitionPenalty, off: 1)),
        ("presencePenalty", parts => On(parts.Distribution.PresencePenalty)),
        ("frequencyPenalty", parts => On(parts.Distribution.FrequencyPenalty)),
        ("keepTemperature", parts => (parts.Keep as KeepSampled)?.Temperature),
        ("groups", parts => (parts.Keep as KeepDiverse)?.Groups),
        ("diversityPenalty", parts => (parts.Keep as KeepDiverse)?.Penalty),
        ("resampleBelow", parts => (parts.Keep as KeepParticles)?.ResampleBelow),
        ("target", parts => (parts.Keep as KeepAccepted)?.Target),
        ("acceptStart", parts => (parts.Keep as KeepAccepted)?.Start),
        ("acceptScale", parts => (parts.Keep as KeepAccepted)?.Scale),
        ("attempts", parts => (parts.Keep as KeepAccepted)?.Attempts),
        ("rejectShare", parts => (parts.Keep as KeepSurvivors)?.Share),
        ("rejectEvery", parts => (parts.Keep as KeepSurvivors)?.Every),
    ];

    private static readonly IReadOnlyList<(string Setting, Func<Selection, object?> Value)> OfSelections =
    [
        ("answers", selection => selection switch { BestOf best => best.Answers, MinimumBayesRisk risk => risk.Answers, SelfConsistency votes => votes.Answers, JudgedSelection judged => judged.Answers, PreferenceSelection preference => On(preference.Plan.Answers), _ => null }),
        ("chooseBy", selection => selection is BestOf best ? best.By == AnswerSelection.MaxMin ? "max-min" : best.By.ToString().ToLowerInvariant() : null),
        ("choiceTemperature", selection => selection is BestOf best ? On(best.Temperature, off: 1) : null),
        ("regularization", selection => selection is BestOf best ? On(best.Regularization, off: 0.05) : null),
        ("judgeModel", selection => On((selection as JudgedSelection)?.JudgeModel, off: "")),
        ("criterion", selection => On((selection as JudgedSelection)?.Criterion, off: "")),
        ("orders", selection => (selection as JudgedSelection)?.Orders),
        ("steps", selection => (selection as WeightSweep)?.Steps),
        ("frontChoice", selection => (selection as WeightSweep)?.Choice switch { null => null, FrontChoice.MaxMin => "max-min", var choice => choice.ToString()!.ToLowerInvariant() }),
        ("rounds", selection => (selection as DualAscent)?.Rounds),
        ("dualStep", selection => (selection as DualAscent)?.Step),
        ("similarity", selection => (selection as MinimumBayesRisk)?.Similarity.Name),
        ("projection", selection => On((selection as SelfConsistency)?.Pattern, off: "")),
        ("preference", selection => (selection as PreferenceSelection)?.Target.ToString()),
        ("conditioner", selection => (selection as PreferenceSelection)?.Conditioner.Name),
        ("directions", selection => Near(selection)?.Count),
        ("neighbourhood", selection => Near(selection)?.MaxAngle),
        ("sampler", selection => Near(selection)?.Sampler.ToString().ToLowerInvariant()),
        ("gridStep", selection => Near(selection) is { Sampler: NeighbourhoodSampler.Grid } grid ? grid.GridStep : null),
        ("adaptive", selection => On((selection as PreferenceSelection)?.Plan.Allocation == AnswerAllocation.Halving)),
    ];

    /// <summary>A decoder's settings by name, each with the value that its parts have: an int, a double, a bool or a string. What is off, or belongs to parts that it does not have, is left out.</summary>
    /// <param name="decoder">Any decoder, of the catalogue or composed by hand.</param>
    public static IReadOnlyDictionary<string, object> Describe(this DecoderParts decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        var settings = Told(Values.Select(setting => (setting.Setting, setting.Value(decoder))));
        if (decoder.Selection is { } selection)
            foreach (var (name, value) in Describe(selection)) settings[name] = value;
        return settings;
    }

    /// <summary>The same of what chooses among whole answers.</summary>
    internal static Dictionary<string, object> Describe(Selection selection)
    {
        var settings = selection is NestedSelection nested ? Describe(nested.Inner) : [];
        var own = selection is NestedSelection { Outer: var outer } ? outer : selection;
        foreach (var (name, value) in Told(OfSelections.Select(setting => (setting.Setting, setting.Value(own))))) settings[name] = value;
        return settings;
    }

    private static Dictionary<string, object> Told(IEnumerable<(string Setting, object? Value)> settings) =>
        settings.Where(setting => setting.Value is not null).ToDictionary(setting => setting.Setting, setting => setting.Value!);

    private static Neighbourhood? Near(Selection selection) => (selection as PreferenceSelection)?.Plan.Directions as Neighbourhood;

    private static object? On<T>(T value, T? off = default) => Equals(value, off) ? null : value;

    private static T? Find<T>(DecoderParts parts)
        where T : ProposalDecorator => Layers(parts.Proposal).OfType<T>().FirstOrDefault();

    private static Proposal Source(DecoderParts parts) => Layers(parts.Proposal).Last();

    private static IEnumerable<Proposal> Layers(Proposal? proposal)
    {
        for (; proposal is not null; proposal = (proposal as ProposalDecorator)?.Inner) yield return proposal;
    }
}
