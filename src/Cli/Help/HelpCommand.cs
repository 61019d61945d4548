using System.CommandLine;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary><c>help</c>: a command, a topic, a decoder or an option.</summary>
internal static class HelpCommand
{
    private const string Examples = """
        decodealign help
        decodealign help requirements
        decodealign help deal
        decodealign help --lambda
        """;

    public static Command Create(Terminal terminal)
    {
        var topic = new Argument<string?>("TOPIC") { Description = $"A command, an option, a decoder, or one of {string.Join(", ", HelpTopics.All.Select(one => one.Name))}.", Arity = ArgumentArity.ZeroOrOne };
        var command = new HelpfulCommand("help", "Explains a topic, a command, a decoder or an option.", Examples) { topic };
        topic.CompletionSources.Add(context => Names((Command)context.ParseResult.RootCommandResult.Command));
        // what looks like an option is a topic here
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(parsed =>
        {
            Write(parsed.GetValue(topic) ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null), parsed.RootCommandResult.Command, new(terminal.Out, terminal.Width), terminal);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(string? topic, Command root, PageWriter page, Terminal terminal)
    {
        if (topic is null) Greeting.Write(root, page);
        else if (root.Subcommands.FirstOrDefault(command => command.Name == topic) is HelpfulCommand command && HelpTopics.All.All(known => known.Name != topic)) HelpPage.Write(command, ShowHelp.Shared(root), all: false, page);
        else if (HelpTopics.All.FirstOrDefault(known => known.Name == topic) is { } known) known.Write(page);
        else if (DecoderCatalogue.All.FirstOrDefault(entry => entry.Name == topic) is { } entry) DecodersCommand.Print(entry, terminal.Out);
        else if (Find(topic, root) is { } option) page.Rows([(HelpPage.Usage(option), option.Description ?? "")]);
        else throw new UsageException($"there is no topic '{topic}'.{Closest.Hint(topic, Names(root))} Topics: {string.Join(", ", HelpTopics.All.Select(one => one.Name))}; commands, decoders and options too.");
    }

    private static Option? Find(string name, Command root) =>
        Options(root).FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name)) ?? Options(root).FirstOrDefault(option => option.Name == $"--{name}");

    private static IEnumerable<Option> Options(Command root) => root.Subcommands.SelectMany(command => command.Options).Concat(root.Options).Where(option => !option.Hidden);

    private static IEnumerable<string> Names(Command root) =>
        [.. HelpTopics.All.Select(topic => topic.Name), .. root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name), .. DecoderCatalogue.All.Select(entry => entry.Name), .. Options(root).Select(option => option.Name).Distinct()];
}
