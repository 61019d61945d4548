using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Cli;

/// <summary>What texts are to be ranked by, before the models that score are loaded.</summary>
internal sealed record RankingPlan
{
    public required IReadOnlyList<RankedPart> Wishes { get; init; }

    public required IReadOnlyList<ScoringModel> Models { get; init; }

    /// <summary>How the models are asked.</summary>
    public required ScoringModelSettings Scoring { get; init; }

    public TimeSpan? Timeout { get; init; }

    public string Rule { get; init; } = "sum";

    public string? Calibration { get; init; }

    public bool ByPosition { get; init; }

    /// <summary>Whether there is nothing to rank by.</summary>
    public bool IsEmpty => Wishes.Count == 0 && Models.Count == 0;

    /// <summary>What the wishes themselves ask for in the prompt.</summary>
    public IEnumerable<WeightedHeuristic> Asking => Wishes.Select(wish => new WeightedHeuristic(wish.Heuristic, wish.Weight));

    /// <summary>Loads the models, each folder once, and combines.</summary>
    /// <param name="model">The model that writes.</param>
    /// <param name="models">Where models come from.</param>
    /// <param name="settings">How they run; the folder is left aside.</param>
    /// <param name="terminal">Hears notes.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public Task<Ranking> OpenAsync(ILanguageModel model, IModelSource models, ModelSettings settings, Terminal terminal, CancellationToken cancellationToken) =>
        OpenAsync(Calibration is null ? null : ReadCalibration(Calibration, model, terminal), models, settings, cancellationToken);

    /// <summary>The same, where no model writes and nothing is calibrated.</summary>
    /// <param name="models">Where models come from.</param>
    /// <param name="settings">How they run; the folder is left aside.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public Task<Ranking> OpenAsync(IModelSource models, ModelSettings settings, CancellationToken cancellationToken) => OpenAsync(null, models, settings, cancellationToken);

    private async Task<Ranking> OpenAsync(Calibration? calibration, IModelSource models, ModelSettings settings, CancellationToken cancellationToken)
    {
        var ranking = new Ranking();
        try
        {
            var parts = new List<RankedPart>(Wishes);
            foreach (var scoring in Models) parts.Add(new(scoring.Key, await ranking.LoadAsync(scoring, this, models, settings, cancellationToken).ConfigureAwait(false), scoring.Weight));
            if (Timeout is { } limit) parts = [.. parts.Select(part => part with { Heuristic = new TimeLimited(part.Heuristic, limit) })];
            ranking.Parts = parts;
            ranking.Heuristics = Combine(new() { Parts = parts, Rule = Rule, Calibration = calibration, ByPosition = ByPosition });
            return ranking;
        }
        catch
        {
            await ranking.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private IReadOnlyList<WeightedHeuristic> Combine(RankingSpecification ranking)
    {
        try
        {
            return ranking.Combine();
        }
        catch (FormatException fault)
        {
            throw new UsageException($"--combine: {fault.Message}");
        }
        catch (KeyNotFoundException fault)
        {
            throw new UsageException($"--calibration {Calibration}: {fault.Message}");
        }
    }

    private static Calibration ReadCalibration(string path, ILanguageModel model, Terminal terminal)
    {
        var calibration = CalibrationFile.Read(path);
        if (calibration.TokenizerFingerprint != model.Tokenizer.Fingerprint)
            throw new UsageException($"--calibration {path}: was made with the model '{calibration.Model}', which has another tokenizer than '{model.Facts.Name}'");
        if (calibration.Model != model.Facts.Name) terminal.Note($"{path} was made with the model '{calibration.Model}'; this is '{model.Facts.Name}'");
        return calibration;
    }
}
