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
        var compiled = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Snippet.cs")).ReplaceLineEndings("\n").Split("        // README\n")[1].Replace("\n        ", "\n", StringComparison.Ordinal)[8..];
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
    }

    [Fact]
    public void Commands_OfTheReadme_Parse()
    {
        var root = CommandLine.Build(new() { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null }, new StoryModels());
        var commands = Regex.Matches(Readme, @"^(?:dotnet run .*? -- |decodealign )(.*)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();
        Assert.True(commands.Count > 5);
        Assert.All(commands, command => Assert.Empty(root.Parse(command).Errors));
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
