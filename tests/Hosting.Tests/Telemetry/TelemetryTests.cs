using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Hosting;
using DecodeAlign.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DecodeAlign.Tests;

public class TelemetryTests
{
    private const string Secret = "zebra";

    [Fact]
    public void Listener_AskingWhileTheContainerIsDisposedOf_IsToldNothing()
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name == TelemetryNames.Source) own.EnableMeasurementEvents(instrument);
        };
        listener.Start();
        Exception? fault = null;
        var services = Services.Build(configure: added => added.AddSingleton(_ => new Last(() => fault = Record.Exception(listener.RecordObservableInstruments))));
        services.GetRequiredService<HostedDecoder>();
        // made after what it asks, and so disposed of before it, when the container gives nothing any more
        services.GetRequiredService<Last>();
        services.Dispose();
        Assert.Null(fault);
    }

    [Fact]
    public async Task Log_RequestsOfEveryOutcome_HoldsTextAtTraceAlone()
    {
        var log = new RecordingLogger();
        await using var services = Build(log);
        var decoder = services.GetRequiredService<HostedDecoder>();
        var client = services.GetRequiredService<IChatClient>();
        var request = decoder.CreateRequest($"The {Secret}") with { Constraints = [new RequiredPhrases([Keyword.Of(Secret)])], Decoder = Decoders.Greedy, MaxTokens = 30 };

        var result = await decoder.GenerateAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains(Secret, result.Text, StringComparison.OrdinalIgnoreCase);
        await Assert.ThrowsAsync<UnsatisfiableConstraintException>(() => decoder.GenerateAsync(request with { Decoder = Decoders.Greedy, MaxTokens = 2 }));
        await Assert.ThrowsAsync<HeuristicException>(() => decoder.GenerateAsync(request with { Heuristics = [new(Heuristic.FromText("bad", text => throw new IOException(Secret)))] }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decoder.GenerateAsync(request, new CancellationToken(true)));
        await client.GetResponseAsync($"a {Secret}", new() { MaxOutputTokens = 3 }, TestContext.Current.CancellationToken);
        await foreach (var _ in client.GetStreamingResponseAsync($"a {Secret}", new() { MaxOutputTokens = 3 }, TestContext.Current.CancellationToken)) { }

        Assert.Contains(log.Entries, entry => entry.Level == LogLevel.Trace && entry.Text.Contains(Secret, StringComparison.Ordinal));
        Assert.Contains(log.Entries, entry => entry.Level == LogLevel.Trace && entry.Text.Contains(result.Text, StringComparison.Ordinal));
        var above = log.Entries.Where(entry => entry.Level > LogLevel.Trace).ToList();
        Assert.NotEmpty(above);
        Assert.DoesNotContain(above, entry => entry.Text.Contains(Secret, StringComparison.OrdinalIgnoreCase) || (result.Text.Length > 3 && entry.Text.Contains(result.Text, StringComparison.Ordinal)));
        Assert.Contains(above, entry => entry.Level == LogLevel.Warning && entry.Text.Contains("UnsatisfiableConstraintException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_Requests_AreMeasuredUnderTheConventionsNames()
    {
        await using var services = Build(new());
        var measured = new ConcurrentBag<(string Name, double Value, Dictionary<string, object?> Tags)>();
        var instruments = new ConcurrentDictionary<string, Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope != services.GetRequiredService<IMeterFactory>()) return;
                instruments[instrument.Name] = instrument;
                self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Add((instrument.Name, value, Tags(tags))));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Add((instrument.Name, value, Tags(tags))));
        listener.Start();
        var client = services.GetRequiredService<IChatClient>();

        var response = await client.GetStreamingResponseAsync("abc", new() { MaxOutputTokens = 4 }, TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ArgumentException>(() => services.GetRequiredService<HostedDecoder>().GenerateAsync(new string('x', 500)));
        listener.RecordObservableInstruments();

        var usage = measured.Where(m => m.Name == TelemetryNames.TokenUsage).ToDictionary(m => (string)m.Tags["gen_ai.token.type"]!, m => m.Value);
        Assert.Equal((3.0, (double)response.Usage!.OutputTokenCount!), (usage["input"], usage["output"]));
        var durations = measured.Where(m => m.Name == TelemetryNames.OperationDuration).ToList();
        Assert.Equal(["chat", "text_completion"], durations.Select(m => (string)m.Tags["gen_ai.operation.name"]!).Order());
        Assert.Equal("System.ArgumentException", durations.Single(m => m.Tags.ContainsKey("error.type")).Tags["error.type"]);
        Assert.All(durations, m => Assert.Equal(("decodealign", "small"), ((string)m.Tags["gen_ai.provider.name"]!, (string)m.Tags["gen_ai.request.model"]!)));
        Assert.Equal("random", durations.Single(m => !m.Tags.ContainsKey("error.type")).Tags["gen_ai.response.model"]);
        double[] seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
        foreach (var name in new[] { TelemetryNames.OperationDuration, TelemetryNames.TimeToFirstChunk, TelemetryNames.TimePerOutputChunk })
            Assert.Equal(seconds, Assert.IsType<Histogram<double>>(instruments[name]).Advice!.HistogramBucketBoundaries!.ToArray());
        long[] tokens = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
        Assert.Equal(tokens, Assert.IsType<Histogram<long>>(instruments[TelemetryNames.TokenUsage]).Advice!.HistogramBucketBoundaries!.ToArray());
        Assert.Single(measured, m => m.Name == TelemetryNames.TimeToFirstChunk);
        Assert.Contains(measured, m => m.Name == TelemetryNames.TimePerOutputChunk);
        Assert.Equal(0, measured.Single(m => m.Name == TelemetryNames.OpenSessions).Value);
        Assert.InRange(measured.Single(m => m.Name == TelemetryNames.Rows).Value, 6, 7);
    }

    [Fact]
    public async Task Activities_Requests_CarryNumbersAndNoText()
    {
        await using var services = Build(new());
        var stopped = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener { ShouldListenTo = source => source.Name == TelemetryNames.Source, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData, ActivityStopped = stopped.Add };
        ActivitySource.AddActivityListener(listener);
        using var mine = new Activity("mine").Start();

        var response = await services.GetRequiredService<IChatClient>().GetResponseAsync(Secret, new() { MaxOutputTokens = 2, Seed = 9 }, TestContext.Current.CancellationToken);

        var activity = Assert.Single(stopped, one => one.TraceId == mine.TraceId);
        Assert.Equal("chat small", activity.DisplayName);
        Assert.Equal(response.FinishReason?.Value, Assert.Single(Assert.IsType<string[]>(activity.GetTagItem("gen_ai.response.finish_reasons"))));
        Assert.Equal((9ul, 5), (activity.GetTagItem("gen_ai.request.seed"), activity.GetTagItem("gen_ai.usage.input_tokens")));
        Assert.DoesNotContain(activity.TagObjects, tag => tag.Value?.ToString()?.Contains(Secret, StringComparison.Ordinal) == true);
    }

    private static Dictionary<string, object?> Tags(ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);

    private static ServiceProvider Build(RecordingLogger log) => Services.Build(
        build => build.AddDecoder("d", options => (options.Preset, options.MaxTokens) = ("greedy", 20)),
        services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log)));

    private sealed class RecordingLogger : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, string Text)> Entries { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(';', pairs.Select(pair => pair.Value)) : "";
            Entries.Enqueue((logLevel, $"{formatter(state, exception)} {values} {exception}"));
        }

        public void Dispose()
        {
        }
    }

    private sealed class Last(Action disposed) : IDisposable
    {
        public void Dispose() => disposed();
    }
}
