using Microsoft.Extensions.Logging;

namespace DecodeAlign.Server;

/// <summary>What the endpoints log.</summary>
internal static partial class Log
{
    [LoggerMessage(20, LogLevel.Error, "A request to {Path} failed: {ErrorType}")]
    public static partial void Failed(this ILogger log, string path, string errorType);
}
