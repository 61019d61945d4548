using Microsoft.Extensions.Logging;

namespace DecodeAlign.Cli;

/// <summary>Logs to standard error, a line each. Exceptions are told by their type, since their messages may quote what was asked; only why a model could not be loaded is told whole.</summary>
internal sealed class TerminalLog(Terminal terminal) : ILoggerProvider, ILogger
{
    private readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    // Debug and Trace would hold prompts and answers
    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // why a host does not start is the command's own error
        if (!IsEnabled(logLevel) || eventId.Name == "HostedServiceStartupFaulted") return;
        var line = $"{logLevel.ToString().ToLowerInvariant()}: {formatter(state, null)}{(exception is null ? "" : $" ({(eventId.Name == "LoadFailed" ? exception.Message : exception.GetType().Name)})")}";
        lock (_lock) terminal.Error.WriteLine(line);
    }

    public void Dispose()
    {
    }
}
