using System.CommandLine;

namespace DecodeAlign.Cli;

/// <summary>What the program says of itself: the help without a command.</summary>
internal static class Greeting
{
    public const string Examples = """
        decodealign generate "Once upon a time" --must-include fox --must-include river
        decodealign generate "Once upon a time" --heuristic "vividness=default"
        decodealign generate "The weather" --model path/to/folder --trace why.html
        """;

    public static void Write(Command root, PageWriter page)
    {
        page.Paragraph(root.Description ?? "");
        page.Line();
        page.Title("Usage: decodealign COMMAND [options]");
        page.Line();
        page.Title("Examples");
        page.Examples(Examples);
        page.Line();
        page.Title("Commands");
        page.Rows([.. root.Subcommands.Where(command => !command.Hidden).Select(command => (command.Name, HelpPage.Short(command.Description)))]);
        page.Line();
        page.Title("Help");
        page.Rows([
            ("COMMAND --help", "Examples of a command, and its options."),
            ("help TOPIC", $"{string.Join(", ", HelpTopics.All.Select(topic => topic.Name))}; or an option or a decoder by name."),
            ("--version", "The version."),
        ]);
        page.Line();
        page.Paragraph("Exit codes: 0 success; 1 failure; 2 incorrect usage; 3 a requirement is not met (the best text is still printed).");
    }
}
