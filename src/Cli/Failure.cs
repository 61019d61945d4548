using System.CommandLine;
using System.Text;
using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int RequirementNotMet = 3;
}

/// <summary>The command line itself is wrong.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Turns what went wrong into one plain line, one JSON object where asked, and an exit code.</summary>
internal static class Failure
{
    public static int Report(ParseResult parsed, string[] args, bool json, Terminal terminal)
    {
        var command = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
        return Report(UsageAdvice.Of(parsed, args), ExitCode.WrongUsage, json, terminal, $"see: decodealign{command} --help");
    }

    public static int Report(Exception exception, bool json, Terminal terminal)
    {
        var (message, code) = Describe(exception);
        return Report(message, code, json, terminal, null);
    }

    private static int Report(string message, int code, bool json, Terminal terminal, string? hint)
    {
        var kind = code == ExitCode.WrongUsage ? "usage" : "failed";
        terminal.Error.WriteLine($"error: {message}");
        if (hint is not null) terminal.Error.WriteLine(hint);
        try
        {
            if (json) terminal.Out.WriteLine(JsonSerializer.Serialize(new ErrorOutput(new(kind, message)), CliJson.Readable.ErrorOutput));
        }
        catch (IOException)
        {
            // it is what failed
        }
        return code;
    }

    private static (string Message, int Code) Describe(Exception exception) => exception switch
    {
        DecoderFallbackException => ("standard input is not UTF-8: write it in UTF-8, or in UTF-16 with a byte order mark", ExitCode.WrongUsage),
        UsageException => (exception.Message, ExitCode.WrongUsage),
        ArgumentException argument => (NameOption(argument), ExitCode.WrongUsage),
        OperationCanceledException => ("cancelled", ExitCode.Failed),
        OutOfMemoryException => ("not enough memory for this model or search", ExitCode.Failed),
        HeuristicException { InnerException: { } inner } => ($"{exception.Message} ({inner.Message})", ExitCode.Failed),
        _ => (exception.Message, ExitCode.Failed),
    };

    // the library speaks of its fields; say which option sets them
    private static string NameOption(ArgumentException exception)
    {
        if (exception.ParamName is not { } field) return exception.Message;
        var message = exception.Message.Replace($" (Parameter '{field}')", "", StringComparison.Ordinal);
        return OptionOf(field) is { } option ? $"{option}: {message}" : message;
    }

    private static string? OptionOf(string field) => field switch
    {
        nameof(DecodingRequest.MaxTokens) => "--max-tokens",
        nameof(DecodingRequest.StopSequences) => "--stop",
        nameof(SavingsOptions.Pipeline) => "--savings",
        _ => DecoderCatalogue.FindSetting(field)?.OptionName,
    };
}
