using System.CommandLine;

namespace DecodeAlign.Cli;

/// <summary>A command that shows how it is used: examples first, then its options in groups, those that matter apart from the rest.</summary>
internal sealed class HelpfulCommand(string name, string description, string examples) : Command(name, description)
{
    private readonly List<OptionGroup> _groups = [];

    /// <summary>Lines that a shell takes as they stand; what does not begin with the program's name is said of those below it.</summary>
    public string Examples => examples;

    /// <summary>The options by what they are about, in the order in which the groups were named.</summary>
    public IReadOnlyList<OptionGroup> Groups => _groups;

    /// <summary>Adds options.</summary>
    /// <param name="group">What they are about.</param>
    /// <param name="main">Those that <c>--help</c> shows.</param>
    /// <param name="more">Those that only <c>--help-all</c> shows.</param>
    public void Add(string group, IEnumerable<Option> main, IEnumerable<Option>? more = null)
    {
        var there = _groups.Find(known => known.Title == group);
        if (there is null) _groups.Add(there = new(group, [], []));
        there.Main.AddRange(main);
        there.More.AddRange(more ?? []);
        foreach (var option in there.Main.Concat(there.More).Except(Options).ToList()) Add(option);
    }
}

/// <summary>Options of one kind.</summary>
internal sealed record OptionGroup(string Title, List<Option> Main, List<Option> More)
{
    public const string Hold = "What must hold";
    public const string Prefer = "What to prefer";
    public const string Search = "How to search";
    public const string Model = "Model";
    public const string Server = "Server";
    public const string Output = "Output";
}
