using System.Collections.Concurrent;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Hosting;

/// <summary>Heuristics of the container's models: rewards, judges and likelihoods. They are there before their models are, and have requests wait for these. Safe for concurrent use.</summary>
internal sealed class HostedScorers(IServiceProvider services, IServiceProviderIsKeyedService keys)
{
    // outputs of one model share its readings
    private readonly ConcurrentDictionary<(string Model, string? Outputs, string? Steps), Lazy<RewardModel>> _rewards = new();

    /// <summary>What is wrong with a model's name; null: nothing.</summary>
    public string? Fault(ScoringModel scoring) => keys.IsKeyedService(typeof(HostedModel), scoring.Model) ? null : $"'{scoring.Key}' names the model '{scoring.Model}', which is not there";

    /// <param name="scoring">The model, and what it scores by.</param>
    /// <param name="settings">How it is asked.</param>
    /// <exception cref="FormatException">The container has no such model.</exception>
    public HostedScorer Get(ScoringModel scoring, ScoringModelSettings settings)
    {
        if (Fault(scoring) is { } fault) throw new FormatException(fault);
        return new(scoring, () => services.GetRequiredKeyedService<HostedModel>(scoring.Model), model => scoring.Kind switch
        {
            ScoringModelKind.Judge => settings.CreateJudge(model),
            ScoringModelKind.Likelihood => new Likelihood(model),
            _ => Reward(model, settings).Output(scoring.Output),
        });
    }

    /// <summary>A decoder with the judge that it names.</summary>
    /// <exception cref="ArgumentException">The container has no such model.</exception>
    public DecoderParts WithJudge(DecoderParts decoder) => decoder.Selection is not JudgedSelection judged ? decoder : decoder with
    {
        Selection = judged.WithJudge((name, criterion) => keys.IsKeyedService(typeof(HostedModel), name)
            ? new HostedJudge(services.GetRequiredKeyedService<HostedModel>(name), criterion)
            : throw new ArgumentException($"ChatOptions.AdditionalProperties['{ChatOptionKeys.Setting("judgeModel")}'] names the model '{name}', which is not there")),
    };

    private RewardModel Reward(HostedModel model, ScoringModelSettings settings) =>
        _rewards.GetOrAdd((model.Name, settings.RewardOutputs, settings.RewardSteps), _ => new(() =>
        {
            var gate = RewardGate.Read(model.Folder);
            var names = RewardLabels.Read(model.Folder) is { } labels && (gate is null || labels.Count == gate.Objectives) ? labels : null;
            return new(model, new()
            {
                Name = model.Name,
                Outputs = settings.ReadOutputs() ?? (names is null ? null : RewardOutput.Named(names)),
                Layout = model.Templates is { HasDefault: true } templates ? prompt => TextLayout.Around(text => templates.RenderExchange(prompt, text)) : TextLayout.Plain,
                Gating = gate is null ? null : new(gate.Width, RewardGate.Marker, inputs => gate.Coefficients(inputs.Span)),
                Steps = settings.ReadSteps(),
            });
        })).Value;
}
