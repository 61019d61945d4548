using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary>Spectre consoles over the commands' own writers: colours and cursor only on a terminal.</summary>
internal static class Consoles
{
    /// <summary>For results.</summary>
    public static IAnsiConsole Out(Terminal terminal) => Of(terminal.Out, terminal.OutputIsTerminal && terminal.Colours, terminal.Width);

    /// <summary>For progress, which moves the cursor.</summary>
    public static IAnsiConsole Progress(Terminal terminal) => Of(terminal.Error, isTerminal: true, terminal.Width);

    private static IAnsiConsole Of(TextWriter writer, bool isTerminal, int width)
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
        });
        console.Profile.Width = width;
        if (!isTerminal) console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
