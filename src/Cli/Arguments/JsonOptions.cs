using System.CommandLine;

namespace DecodeAlign.Cli;

/// <summary><c>--json</c> and <c>--json=all</c>, which every command has.</summary>
internal sealed class JsonOptions
{
    public const string AnswerName = "--json";
    public const string AllName = "--json=all";

    /// <summary>One object instead of text.</summary>
    public Option<bool> Answer { get; } = new(AnswerName) { Description = "Print one JSON object instead of text. Errors too: {\"error\": {\"kind\", \"message\"}}, on standard output. --json=all adds the hypotheses.", Recursive = true };

    // an option of its own: a value that may be left out would take the prompt for itself
    /// <summary>The same with everything that was considered.</summary>
    public Option<bool> All { get; } = new(AllName) { Description = "As --json, with every hypothesis.", Recursive = true, Hidden = true };

    /// <exception cref="UsageException">A value other than all is given.</exception>
    public static void Check(string[] args)
    {
        if (args.FirstOrDefault(argument => argument.StartsWith($"{AnswerName}=", StringComparison.Ordinal) && argument != AllName) is { } wrong) throw new UsageException($"{wrong}: must be --json or --json=all");
    }

    public bool IsAsked(ParseResult parsed) => parsed.GetValue(Answer) || parsed.GetValue(All);
}
