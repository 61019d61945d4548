using System.Text.Json;
using System.Text.RegularExpressions;
using DecodeAlign.Decoding;
using Microsoft.AspNetCore.Http;

namespace DecodeAlign.Server;

/// <summary>Tells callers what went wrong in OpenAI's shape, in the words of the fields that they wrote.</summary>
internal static partial class ApiErrors
{
    /// <summary>What a caller is told of a fault. What is nobody's but the server's own is told without its message, which may speak of its files.</summary>
    public static ApiException Describe(Exception fault) => fault switch
    {
        ApiException known => known,
        BadHttpRequestException bad => new(bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "the body is too large" : "the request can't be read"),
        JsonException json => Json(json),
        KvBudgetException { NeededBytes: var needed, BudgetBytes: var budget } memory => needed > budget ? new(400, memory.Message, null, "too_large") : new(503, memory.Message, null, "busy"),
        UnsatisfiableConstraintException constraint => new(400, constraint.Message, null, "unsatisfiable_constraint"),
        ArgumentException or FormatException or NotSupportedException or KeyNotFoundException => Named(fault),
        // half a surrogate pair, escaped
        InvalidOperationException { Source: "System.Text.Json" } => new(400, "a text holds half of a surrogate pair", null, "invalid_json"),
        HeuristicException heuristic => new(500, heuristic.Message, null, "heuristic_failed"),
        InvalidOperationException { InnerException: not null } loading when loading.Message.StartsWith("the model '", StringComparison.Ordinal) => new(503, "the model could not be loaded; the server's log says why", "model", "model_not_loaded"),
        _ => new(500, "the server failed; its log says how"),
    };

    public static async Task WriteAsync(HttpContext context, ApiException error)
    {
        context.Response.StatusCode = error.Status;
        if (error.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        if (error.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "1";
        await context.Response.WriteAsJsonAsync(Body(error), ServerJson.Strict.ErrorResponse, cancellationToken: context.RequestAborted).ConfigureAwait(false);
    }

    public static ErrorResponse Body(ApiException error) => new(new(error.Message, error.Type, error.Field, error.Code));

    // the reader speaks of a path such as $.messages[0].role
    private static ApiException Json(JsonException fault)
    {
        var path = fault.Path is { Length: > 2 } place && place.StartsWith("$.", StringComparison.Ordinal) ? place[2..] : null;
        if (UnknownMember().Match(fault.Message) is { Success: true } unknown)
        {
            var name = unknown.Groups[1].Value;
            var field = path is null || path == name || path.EndsWith($".{name}", StringComparison.Ordinal) ? path ?? name : $"{path}.{name}";
            return new(400, UnsupportedFields.Why(field) is { } why ? $"'{field}' is not supported: {why}" : $"'{field}' is not known here; nothing is passed over, so leave it out", field, "unknown_parameter");
        }
        if (MissingMember().Match(fault.Message) is { Success: true } missing) return new(400, $"'{missing.Groups[1].Value}' is missing", missing.Groups[1].Value, "missing_parameter");
        if (fault.Message.StartsWith("Duplicate", StringComparison.Ordinal)) return new(400, $"{(path is null ? "a member" : $"'{path}'")} is there twice", path, "invalid_json");
        return path is null ? new(400, "the body is no JSON object that can be read: it is malformed, or nested too deeply", null, "invalid_json") : new(400, $"'{path}' has a value of a kind that it can't have", path, "invalid_type");
    }

    private static ApiException Named(Exception fault)
    {
        var message = Parameter().Replace(fault.Message, "");
        string? field = null;
        message = Field().Replace(message, match =>
        {
            var name = FieldNames.Of(match);
            // the first is what the message is about, later ones what it goes with
            field ??= name.Trim('\'');
            return name;
        });
        return new(400, message, field ?? (fault as ArgumentException)?.ParamName switch { nameof(DecodingRequest.Prompt) => "prompt", nameof(DecodingRequest.MaxTokens) => "max_tokens", nameof(DecodingRequest.StopSequences) => "stop", nameof(DecodingRequest.Priority) => "priority", _ => null });
    }

    [GeneratedRegex(@" \(Parameter '\w+'\)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"ChatOptions\.AdditionalProperties\['decodealign\.(?<setting>\w+)'\]|'decodealign\.(?<quoted>\w+)'|decodealign\.(?<bare>\w+)|ChatOptions\.(?<option>\w+)")]
    private static partial Regex Field();

    [GeneratedRegex("property '([^']*)' could not be mapped")]
    private static partial Regex UnknownMember();

    [GeneratedRegex("missing required properties[^']*'([^']*)'")]
    private static partial Regex MissingMember();
}
