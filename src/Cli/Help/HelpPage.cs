using System.CommandLine;

namespace DecodeAlign.Cli;

/// <summary>The help of a command: what it does, examples, and its options in groups.</summary>
internal static class HelpPage
{
    /// <param name="command">The command.</param>
    /// <param name="shared">Options that all commands have.</param>
    /// <param name="all">Whether all options are shown, with all that is said of them; otherwise those that matter, with a sentence each.</param>
    /// <param name="page">Where to.</param>
    public static void Write(HelpfulCommand command, IReadOnlyList<Option> shared, bool all, PageWriter page)
    {
        page.Paragraph(command.Description ?? "");
        page.Line();
        page.Title($"Usage: decodealign {command.Name}{string.Concat(command.Arguments.Select(Name))} [options]");
        if (all)
            foreach (var argument in command.Arguments) page.Paragraph($"  {argument.Name}: {argument.Description}");
        page.Line();
        page.Title("Examples");
        page.Examples(command.Examples);
        var groups = Groups(command, shared).Select(group => (group.Title, Options: (List<Option>)(all ? [.. group.Main, .. group.More] : group.Main))).Where(group => group.Options.Count > 0).ToList();
        var column = page.Column(groups.SelectMany(group => group.Options).Select(Usage));
        foreach (var (title, options) in groups)
        {
            page.Line();
            page.Title(title);
            page.Rows([.. options.Where(option => !option.Hidden).Select(option => Row(option, all))], column);
        }
        page.Line();
        var more = command.Groups.Sum(group => group.More.Count);
        page.Paragraph(!all && more > 0 ? $"{more} more options: decodealign {command.Name} --help-all. Topics: decodealign help" : "Topics: decodealign help");
    }

    /// <summary>An option as one writes it.</summary>
    public static string Usage(Option option)
    {
        var names = string.Join(", ", option.Aliases.Where(alias => alias.Length == 2).Append(option.Name));
        return option.ValueType == typeof(bool) || option.HelpName is null ? names : $"{names} {option.HelpName}";
    }

    /// <summary>The first sentence of what is said of something.</summary>
    public static string Short(string? description)
    {
        var text = description ?? "";
        // the dots of 40.. are none
        for (var end = text.IndexOf(". ", StringComparison.Ordinal); end > 0; end = text.IndexOf(". ", end + 1, StringComparison.Ordinal))
            if (text[end - 1] != '.') return text[..(end + 1)];
        return text;
    }

    private static (string Name, string Text) Row(Option option, bool all) => (Usage(option), all ? option.Description ?? "" : Short(option.Description));

    private static IEnumerable<OptionGroup> Groups(HelpfulCommand command, IReadOnlyList<Option> shared)
    {
        var named = command.Groups.SelectMany(group => group.Main.Concat(group.More)).ToHashSet();
        var others = command.Options.Where(option => !named.Contains(option)).ToList();
        var last = command.Groups.FirstOrDefault(group => group.Title == OptionGroup.Output) ?? new("Options", others, []);
        return command.Groups.Where(group => group.Title != OptionGroup.Output).Append(last with { Main = [.. last.Main, .. shared] });
    }

    private static string Name(Argument argument) => argument.Arity.MinimumNumberOfValues > 0 ? $" {argument.Name}" : $" [{argument.Name}]";
}
