using Microsoft.Extensions.Logging;

namespace DecodeAlign.Hosting;

/// <summary>All that is logged. Prompts, answers and messages of failed requests, which may quote them, are at Trace and nowhere else.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Loading the model '{Model}' with the engine '{Engine}'")]
    public static partial void Loading(this ILogger log, string model, string engine);

    [LoggerMessage(2, LogLevel.Information, "The model '{Model}' is loaded: {Parameters} parameters in {Seconds:0.00} s")]
    public static partial void Loaded(this ILogger log, string model, long parameters, double seconds);

    [LoggerMessage(3, LogLevel.Error, "The model '{Model}' could not be loaded")]
    public static partial void LoadFailed(this ILogger log, string model, Exception fault);

    [LoggerMessage(4, LogLevel.Warning, "The model '{Model}': {Finding}")]
    public static partial void LoadWarning(this ILogger log, string model, string finding);

    [LoggerMessage(10, LogLevel.Debug, "The decoder '{Decoder}' begins on the model '{Model}': {Preset}, {Heuristics} heuristics, {Constraints} constraints")]
    public static partial void Started(this ILogger log, string decoder, string model, string preset, int heuristics, int constraints);

    [LoggerMessage(11, LogLevel.Trace, "Prompt of the decoder '{Decoder}': {Prompt}")]
    public static partial void Prompt(this ILogger log, string decoder, string prompt);

    [LoggerMessage(12, LogLevel.Debug, "The decoder '{Decoder}' has answered ({FinishReason}): {PromptTokens} + {GeneratedTokens} tokens, {Evaluations} evaluations in {Passes} passes, {Seconds:0.000} s")]
    public static partial void Answered(this ILogger log, string decoder, string finishReason, int promptTokens, int generatedTokens, long evaluations, long passes, double seconds);

    [LoggerMessage(13, LogLevel.Trace, "Answer of the decoder '{Decoder}': {Answer}")]
    public static partial void Answer(this ILogger log, string decoder, string answer);

    [LoggerMessage(14, LogLevel.Debug, "A request of the decoder '{Decoder}' was cancelled after {Seconds:0.000} s")]
    public static partial void Cancelled(this ILogger log, string decoder, double seconds);

    [LoggerMessage(15, LogLevel.Warning, "A request of the decoder '{Decoder}' failed after {Seconds:0.000} s: {ErrorType}")]
    public static partial void Failed(this ILogger log, string decoder, string errorType, double seconds);

    [LoggerMessage(16, LogLevel.Trace, "What ended a request of the decoder '{Decoder}'")]
    public static partial void Fault(this ILogger log, string decoder, Exception fault);
}
