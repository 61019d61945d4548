using System.Diagnostics;
using System.Diagnostics.Metrics;
using DecodeAlign.Decoding;

namespace DecodeAlign.Hosting;

/// <summary>Metrics and activities of all decoders. Names and numbers only, never text.</summary>
internal sealed class Telemetry : IDisposable
{
    private readonly ActivitySource _activities = new(TelemetryNames.Source);
    private readonly Meter _meter;
    private readonly ModelCatalogue _models;

    public Telemetry(IMeterFactory meters, ModelCatalogue models)
    {
        _models = models;
        _meter = meters.Create(TelemetryNames.Source);
        Duration = Seconds(TelemetryNames.OperationDuration);
        FirstChunk = Seconds(TelemetryNames.TimeToFirstChunk);
        PerChunk = Seconds(TelemetryNames.TimePerOutputChunk);
        Usage = _meter.CreateHistogram<long>(TelemetryNames.TokenUsage, "{token}", null, null, new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, 14).Select(power => 1L << 2 * power)] });
        Evaluations = _meter.CreateCounter<long>(TelemetryNames.TokenEvaluations, "{token}");
        HeuristicCalls = _meter.CreateCounter<long>(TelemetryNames.HeuristicCalls, "{text}");
        _meter.CreateObservableGauge(TelemetryNames.OpenSessions, () => Observe(s => s.OpenSessions), "{session}");
        _meter.CreateObservableGauge(TelemetryNames.WaitingSessions, () => Observe(s => s.WaitingForMemory), "{session}");
        _meter.CreateObservableCounter(TelemetryNames.Passes, () => Observe(s => s.Passes), "{pass}");
        _meter.CreateObservableCounter(TelemetryNames.Rows, () => Observe(s => s.Rows), "{row}");
        _meter.CreateObservableCounter(TelemetryNames.SharedTokens, () => Observe(s => s.SharedTokens), "{token}");
    }

    public Histogram<double> Duration { get; }

    public Histogram<double> FirstChunk { get; }

    public Histogram<double> PerChunk { get; }

    public Histogram<long> Usage { get; }

    public Counter<long> Evaluations { get; }

    public Counter<long> HeuristicCalls { get; }

    public Activity? Start(string operation, string model) => _activities.StartActivity($"{operation} {model}", ActivityKind.Client);

    public void Dispose()
    {
        _meter.Dispose();
        _activities.Dispose();
    }

    // the conventions' buckets: from 10 ms, each twice the one before
    private Histogram<double> Seconds(string name) =>
        _meter.CreateHistogram<double>(name, "s", null, null, new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, 14).Select(power => (1 << power) / 100.0)] });

    // a listener may ask while the container is being disposed of
    private IReadOnlyList<HostedModel> Models()
    {
        try
        {
            return _models.All;
        }
        catch (ObjectDisposedException)
        {
            return [];
        }
    }

    private IEnumerable<Measurement<long>> Observe(Func<EngineStatistics, long> value)
    {
        foreach (var model in Models())
            if (model.Statistics is { } statistics) yield return new(value(statistics), new KeyValuePair<string, object?>(TelemetryNames.RequestModel, model.Name));
    }
}
