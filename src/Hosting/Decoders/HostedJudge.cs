using DecodeAlign.Decoding;

namespace DecodeAlign.Hosting;

/// <summary>A model of the container as a judge of several answers; it may still be loading when the first request comes.</summary>
internal sealed class HostedJudge(HostedModel model, string criterion) : IAnswerJudge
{
    private readonly LabelJudge _judge = new(model, criterion, name: model.Name);

    public string Name => _judge.Name;

    public int MostAnswers => _judge.MostAnswers;

    public async ValueTask ReadyAsync(CancellationToken cancellationToken = default) => await model.ReadyAsync(cancellationToken).ConfigureAwait(false);

    public IEnumerable<SessionNeed> Needs(JudgeDemand demand) => _judge.Needs(demand);

    public Task<JudgeReadings> ReadAsync(IReadOnlyList<JudgeQuestion> questions, ModelSessions sessions, CancellationToken cancellationToken = default) => _judge.ReadAsync(questions, sessions, cancellationToken);
}
