using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Hosting;

/// <summary>A heuristic of a model that may still be loading: made when the first request has waited for the model.</summary>
/// <param name="scoring">The model, and what it scores by.</param>
/// <param name="find">Finds the model.</param>
/// <param name="create">Makes the heuristic of the loaded model.</param>
internal sealed class HostedScorer(ScoringModel scoring, Func<HostedModel> find, Func<HostedModel, IHeuristic> create) : IHeuristic
{
    private volatile IHeuristic? _heuristic;

    public string Name => _heuristic?.Name ?? scoring.Key;

    public bool? IsSatisfied(double value) => _heuristic?.IsSatisfied(value);

    public async ValueTask ReadyAsync(CancellationToken cancellationToken = default)
    {
        if (_heuristic is not null) return;
        var model = find();
        await model.ReadyAsync(cancellationToken).ConfigureAwait(false);
        _heuristic = create(model);
    }

    public IEnumerable<SessionNeed> Needs(GenerationContext context) => Ready.Needs(context);

    public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) => Ready.OpenAsync(context, sessions, cancellationToken);

    private IHeuristic Ready => _heuristic ?? throw new InvalidOperationException($"'{scoring.Key}' was asked before it was ready; wait for {nameof(IHeuristic.ReadyAsync)}");
}
