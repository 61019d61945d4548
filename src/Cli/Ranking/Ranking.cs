using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Cli;

/// <summary>What texts are ranked by, and the models that score them.</summary>
internal sealed class Ranking : IAsyncDisposable
{
    private readonly Dictionary<string, RewardModel> _rewards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ILanguageModel> _writers = new(StringComparer.Ordinal);
    private readonly List<ILanguageModel> _models = [];

    /// <summary>Each wish with its key, on the scale of the calibration where there is one.</summary>
    public IReadOnlyList<RankedPart> Parts { get; set; } = [];

    /// <summary>What the search ranks by.</summary>
    public IReadOnlyList<WeightedHeuristic> Heuristics { get; set; } = [];

    public async Task<IHeuristic> LoadAsync(ScoringModel scoring, RankingPlan plan, IModelSource models, ModelSettings settings, CancellationToken cancellationToken)
    {
        settings = settings with { Folder = scoring.Model == "default" ? null : scoring.Model };
        if (scoring.Kind == ScoringModelKind.Reward)
        {
            if (!_rewards.TryGetValue(scoring.Model, out var reward)) _rewards.Add(scoring.Model, reward = await RewardAsync(scoring.Model, plan, models, settings, cancellationToken).ConfigureAwait(false));
            try
            {
                return reward.Output(scoring.Output);
            }
            catch (ArgumentException fault)
            {
                throw new UsageException($"--reward {scoring.Model}: {fault.Message.Split(" (Parameter")[0]}");
            }
        }
        if (!_writers.TryGetValue(scoring.Model, out var model))
        {
            model = await models.LoadAsync(settings, cancellationToken).ConfigureAwait(false);
            _models.Add(model);
            _writers.Add(scoring.Model, model);
        }
        if (scoring.Kind == ScoringModelKind.Likelihood) return new Likelihood(model);
        try
        {
            return plan.Scoring.CreateJudge(model);
        }
        catch (ArgumentException fault)
        {
            throw new UsageException($"--judge {scoring.Model}: {fault.Message.Split(" (Parameter")[0]}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var model in _models) await model.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<RewardModel> RewardAsync(string folder, RankingPlan plan, IModelSource models, ModelSettings settings, CancellationToken cancellationToken)
    {
        var source = await models.LoadRewardAsync(settings, cancellationToken).ConfigureAwait(false);
        _models.Add(source.Model);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        return new(source.Model, new() { Name = name.Length > 0 ? name : "reward", Outputs = plan.Scoring.ReadOutputs() ?? source.Outputs, Layout = source.Layout, Gating = source.Gating, Steps = plan.Scoring.ReadSteps() });
    }
}
