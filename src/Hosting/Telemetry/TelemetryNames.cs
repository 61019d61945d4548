namespace DecodeAlign.Hosting;

/// <summary>The names under which telemetry is found: OpenTelemetry's for generative AI, and our own under <c>decodealign.</c></summary>
public static class TelemetryNames
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Source = "DecodeAlign";

    /// <summary>Histogram, seconds: how long a request took, the waits for model and memory included.</summary>
    public const string OperationDuration = "gen_ai.client.operation.duration";

    /// <summary>Histogram, tokens: tagged <c>gen_ai.token.type</c>, input or output.</summary>
    public const string TokenUsage = "gen_ai.client.token.usage";

    /// <summary>Histogram, seconds: until the first piece of a streamed answer.</summary>
    public const string TimeToFirstChunk = "gen_ai.client.operation.time_to_first_chunk";

    /// <summary>Histogram, seconds: between the pieces of a streamed answer.</summary>
    public const string TimePerOutputChunk = "gen_ai.client.operation.time_per_output_chunk";

    /// <summary>Counter, tokens put through a model for answers that were given.</summary>
    public const string TokenEvaluations = "decodealign.token_evaluations";

    /// <summary>Counter, texts that heuristics scored for answers that were given.</summary>
    public const string HeuristicCalls = "decodealign.heuristic_calls";

    /// <summary>Gauge, sessions that hold KV memory; tagged <c>gen_ai.request.model</c>.</summary>
    public const string OpenSessions = "decodealign.sessions.open";

    /// <summary>Gauge, sessions that wait for KV memory.</summary>
    public const string WaitingSessions = "decodealign.sessions.waiting";

    /// <summary>Counter, forward passes.</summary>
    public const string Passes = "decodealign.passes";

    /// <summary>Counter, rows of the passes; by passes: how full they are.</summary>
    public const string Rows = "decodealign.rows";

    /// <summary>Counter, prompt tokens that an earlier request had computed.</summary>
    public const string SharedTokens = "decodealign.prompt.shared_tokens";

    internal const string Operation = "gen_ai.operation.name";
    internal const string Provider = "gen_ai.provider.name";
    internal const string ProviderName = "decodealign";
    internal const string RequestModel = "gen_ai.request.model";
    internal const string RequestSeed = "gen_ai.request.seed";
    internal const string RequestMaxTokens = "gen_ai.request.max_tokens";
    internal const string ResponseModel = "gen_ai.response.model";
    internal const string FinishReasons = "gen_ai.response.finish_reasons";
    internal const string InputTokens = "gen_ai.usage.input_tokens";
    internal const string OutputTokens = "gen_ai.usage.output_tokens";
    internal const string TokenType = "gen_ai.token.type";
    internal const string ErrorType = "error.type";
    internal const string Decoder = "decodealign.decoder";
}
