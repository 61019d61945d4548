namespace DecodeAlign.Server;

/// <summary>A request is refused, or has failed, in a way that its caller is told of.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="fieldName">The field that is meant; null: none.</param>
/// <param name="code">A word for programs; null: none.</param>
internal sealed class ApiException(int status, string message, string? fieldName = null, string? code = null) : Exception(message)
{
    public int Status => status;

    public string? Field => fieldName;

    public string? Code => code;

    /// <summary>The kind of error, in OpenAI's words.</summary>
    public string Type => status switch
    {
        401 => "authentication_error",
        429 => "rate_limit_error",
        < 500 => "invalid_request_error",
        _ => "server_error",
    };

    /// <summary>A field has a value that it can't have.</summary>
    public static ApiException Field400(string field, string message) => new(400, $"{field}: {message}", field);
}
