using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Remote;

namespace DecodeAlign.Cli;

/// <summary>What texts are ranked by, and the models that score them.</summary>
internal sealed class Ranking : IAsyncDisposable
{
    private readonly Dictionary<string, RewardModel> _rewards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ILanguageModel> _writers = new(StringComparer.Ordinal);
    private readonly List<ILanguageModel> _models = [];
    private readonly List<RemoteReward> _servers = [];

    /// <summary>Each wish with its key, on the scale of the calibration where there is one.</summary>
    public IReadOnlyList<RankedPart> Parts { get; set; } = [];

    /// <summary>What the search ranks by.</summary>
    public IReadOnlyList<WeightedHeuristic> Heuristics { get; set; } = [];

    public async Task<IHeuristic> LoadAsync(ScoringModel scoring, RankingPlan plan, IModelSource models, ModelSettings settings, CancellationToken cancellationToken)
    {
        settings = settings with { Folder = scoring.Model == "default" ? null : scoring.Model };
        if (scoring.Kind == ScoringModelKind.Reward && ServerAddress.Find(scoring.Model, "--reward") is { } address)
        {
            var isAlone = plan.Models.All(other => other.Kind != ScoringModelKind.Reward || ServerAddress.Find(other.Model, "--reward") is not null);
            if (isAlone && (plan.Scoring.RewardOutputs ?? plan.Scoring.RewardSteps) is not null) throw new UsageException($"--reward {address}: {(plan.Scoring.RewardOutputs is null ? "--reward-steps" : "--reward-outputs")} goes with a checkpoint, not with a server");
            var remote = ServerAddress.Reward(address, scoring.Output);
            _servers.Add(remote);
            return remote;
        }
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
        foreach (var server in _servers) server.Dispose();
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
