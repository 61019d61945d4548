using System.Text.RegularExpressions;
using DecodeAlign.Cli;
using DecodeAlign.DefaultModel;

namespace DecodeAlign.Tests;

public class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md")).ReplaceLineEndings("\n");

    [Fact]
    public void Snippet_OfTheReadme_IsTheOneThatIsCompiled()
    {
        var shown = Regex.Match(Readme, "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var file = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Snippet.cs")).ReplaceLineEndings("\n");
        var compiled = file[..(file.IndexOf("namespace", StringComparison.Ordinal))] + file.Split("        // README\n")[1].Replace("\n        ", "\n", StringComparison.Ordinal)[8..];
        Assert.Equal(compiled, shown);
    }

    [Fact]
    public async Task Snippet_Run_WritesBothWords()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        var before = Console.Out;
        var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            await Snippet.RunAsync();
        }
        finally
        {
            Console.SetOut(before);
        }
        Assert.Matches(@"(?i)\bfox\b", output.ToString());
        Assert.Matches(@"(?i)\briver\b", output.ToString());
        Assert.Contains("token evaluations", output.ToString(), StringComparison.Ordinal);
        // as it is printed
        Assert.Contains($"It prints\n\n```\n{output.ToString().ReplaceLineEndings("\n")}```\n", Readme, StringComparison.Ordinal);
    }

    // one option after the other, as the tables have them
    [Fact]
    public void Options_InTheTablesOfThePages_AreThere()
    {
        var root = CommandLine.Build(new() { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null }, new StoryModels());
        var known = root.Options.Concat(root.Subcommands.SelectMany(command => command.Options)).SelectMany(option => option.Aliases.Append(option.Name)).ToHashSet();
        var pages = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "pages"), "*.md", SearchOption.AllDirectories).Where(page => Path.GetFileName(page) is "README.md" or "command-line.md" or "savings.md" or "constraints.md" or "heuristics.md" or "rewards.md" or "rps.md" or "traces.md");
        var shown = pages.SelectMany(page => Regex.Matches(File.ReadAllText(page), @"`(--[a-z][a-z-]*)").Select(match => (Page: Path.GetFileName(page), Option: match.Groups[1].Value))).ToList();
        Assert.True(shown.Count > 50);
        // of other programs: experiments, dotnet
        string[] others = ["--filter", "--project", "--minutes", "--source", "--prerelease", "--add-source", "--data", "--walks", "--version", "--only", "--tables"];
        Assert.All(shown, one => Assert.True(known.Contains(one.Option) || others.Contains(one.Option), $"{one.Page} speaks of {one.Option}"));
    }

    [Fact]
    public void FirstTwoCommands_OfTheReadme_AreTheMainJobAndTheTests() =>
        Assert.Equal(
            ["dotnet run -c Release --project src/Cli -- generate \"Once upon a time\" --must-include fox --must-include river", "dotnet test"],
            Regex.Matches(Readme, @"^\s*(dotnet .*)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Take(2));

    [Fact]
    public void DecodersPage_Is_WhatTheCatalogueSays()
    {
        var page = DecodersPage.Write();
        // to be copied to docs where it differs
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "decoders.expected.md"), page);
        Assert.Equal(page, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "decoders.md")).ReplaceLineEndings("\n"));
    }
}
