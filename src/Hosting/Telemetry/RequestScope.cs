using System.Diagnostics;
using DecodeAlign.Decoding;
using Microsoft.Extensions.Logging;

namespace DecodeAlign.Hosting;

/// <summary>One request's telemetry, from its begin to its answer or failure. One caller at a time.</summary>
internal sealed class RequestScope : IDisposable
{
    private readonly Telemetry _telemetry;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly Activity? _activity;
    private readonly string _decoder;
    private readonly long _started;
    private TagList _tags;
    private long _lastChunk;

    public RequestScope(Telemetry telemetry, ILogger log, TimeProvider time, string operation, string decoder, string model, DecodingRequest request, IEnumerable<string> prompts)
    {
        (_telemetry, _log, _time, _decoder) = (telemetry, log, time, decoder);
        _started = time.GetTimestamp();
        _tags = new TagList { { TelemetryNames.Operation, operation }, { TelemetryNames.Provider, TelemetryNames.ProviderName }, { TelemetryNames.RequestModel, model }, { TelemetryNames.Decoder, decoder } };
        _activity = telemetry.Start(operation, model);
        foreach (var tag in _tags) _activity?.SetTag(tag.Key, tag.Value);
        _activity?.SetTag(TelemetryNames.RequestSeed, request.Seed).SetTag(TelemetryNames.RequestMaxTokens, request.MaxTokens);
        log.Started(decoder, model, request.Decoder.Name, request.Heuristics.Count, request.Constraints.Count);
        foreach (var prompt in prompts) log.Prompt(decoder, prompt);
    }

    /// <summary>A piece of a streamed answer is there.</summary>
    public void Chunk()
    {
        var now = _time.GetTimestamp();
        if (_lastChunk == 0) _telemetry.FirstChunk.Record(_time.GetElapsedTime(_started, now).TotalSeconds, _tags);
        else _telemetry.PerChunk.Record(_time.GetElapsedTime(_lastChunk, now).TotalSeconds, _tags);
        _lastChunk = now;
    }

    public void Succeed(string model, IReadOnlyList<Answer> answers, in DecodingStatistics cost)
    {
        _tags.Add(TelemetryNames.ResponseModel, model);
        _telemetry.Usage.Record(cost.PromptTokens, [.. _tags, new(TelemetryNames.TokenType, "input")]);
        _telemetry.Usage.Record(cost.GeneratedTokens, [.. _tags, new(TelemetryNames.TokenType, "output")]);
        _telemetry.Evaluations.Add(cost.TokenEvaluations, _tags);
        _telemetry.HeuristicCalls.Add(cost.HeuristicCalls, _tags);
        _activity?.SetTag(TelemetryNames.ResponseModel, model).SetTag(TelemetryNames.FinishReasons, answers.Select(answer => FinishReasons.Of(answer.FinishReason).Value).ToArray()).SetTag(TelemetryNames.InputTokens, cost.PromptTokens).SetTag(TelemetryNames.OutputTokens, cost.GeneratedTokens);
        var seconds = End();
        _log.Answered(_decoder, string.Join(", ", answers.Select(answer => answer.FinishReason)), cost.PromptTokens, cost.GeneratedTokens, cost.TokenEvaluations, cost.BatchedPasses, seconds);
        foreach (var answer in answers) _log.Answer(_decoder, answer.Text);
    }

    public void Fail(Exception fault)
    {
        var type = fault.GetType().FullName!;
        _tags.Add(TelemetryNames.ErrorType, type);
        _activity?.SetTag(TelemetryNames.ErrorType, type).SetStatus(ActivityStatusCode.Error);
        var seconds = End();
        // messages may quote what was asked, so only Trace has them
        if (fault is OperationCanceledException) _log.Cancelled(_decoder, seconds);
        else _log.Failed(_decoder, type, seconds);
        _log.Fault(_decoder, fault);
    }

    public void Dispose() => _activity?.Dispose();

    private double End()
    {
        var seconds = _time.GetElapsedTime(_started).TotalSeconds;
        _telemetry.Duration.Record(seconds, _tags);
        return seconds;
    }
}
