using System.CommandLine;
using DecodeAlign.Cli;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class HelpTests
{
    private static readonly RootCommand Root = CommandLine.Build(
        new Terminal { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null }, new StoryModels());

    public static TheoryData<string> Commands => [.. Root.Subcommands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_EachCommand_NamesEveryOptionAndShowsExamplesThatParse(string name)
    {
        var command = Root.Subcommands.Single(candidate => candidate.Name == name);
        var run = await Cli.RunAsync(name, "--help");
        Assert.Equal(0, run.Code);
        foreach (var option in command.Options.Append(Root.Options.Single(option => option.Name == "--json")))
        {
            Assert.Contains(option.Name, run.Out, StringComparison.Ordinal);
            Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name);
        }
        Assert.Contains("Examples:", run.Out, StringComparison.Ordinal);
        var examples = run.Out.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("decodealign ", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Empty(Root.Parse(example["decodealign ".Length..].Split(" < ")[0]).Errors));
    }

    public static TheoryData<string> Decoders => [.. DecoderCatalogue.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Decoders))]
    public async Task Help_Generate_HasAnExampleOfEachDecoder(string decoder)
    {
        var help = (await Cli.RunAsync("generate", "--help")).Out;
        var examples = help[help.IndexOf("Examples:", StringComparison.Ordinal)..];
        Assert.Contains(decoder == "deal" ? "DeAL:" : $"--decoder {decoder}", examples, StringComparison.Ordinal);
    }

    public static TheoryData<string> Settings => [.. DecoderCatalogue.AllSettings.Select(setting => setting.Name)];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Help_Generate_TellsEachSettingAsTheCatalogueDoes(string name)
    {
        var setting = DecoderCatalogue.FindSetting(name)!;
        var option = Root.Subcommands.Single(command => command.Name == "generate").Options.Single(option => option.Name == setting.OptionName);
        Assert.StartsWith(setting.Meaning, option.Description, StringComparison.Ordinal);
        foreach (var entry in DecoderCatalogue.All)
            Assert.Equal(entry.Find(name) is not null, System.Text.RegularExpressions.Regex.IsMatch(option.Description!.Split("Default ")[^1], $@"[(, ]{entry.Name}[,)]"));
        Assert.Contains(setting.OptionName, (await Cli.RunAsync("decoders")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decoders_Json_IsTheCatalogue()
    {
        var decoders = (await Cli.RunAsync("decoders", "--json")).Json.GetProperty("decoders").EnumerateArray().ToDictionary(decoder => decoder.GetProperty("name").GetString()!);
        Assert.Equal(DecoderCatalogue.All.Select(entry => entry.Name), decoders.Keys);
        Assert.All(DecoderCatalogue.All, entry => Assert.Equal(entry.Settings.Select(setting => setting.Name), decoders[entry.Name].GetProperty("settings").EnumerateArray().Select(setting => setting.GetProperty("name").GetString()!)));
        var deal = (await Cli.RunAsync("decoders", "DEAL", "--json")).Json.GetProperty("decoders")[0];
        Assert.Equal("arXiv 2402.06147", deal.GetProperty("paper").GetString());
        var lambda = deal.GetProperty("settings").EnumerateArray().Single(setting => setting.GetProperty("name").GetString() == "lambda");
        Assert.Equal(("--lambda", 3), (lambda.GetProperty("option").GetString(), lambda.GetProperty("default").GetDouble()));
    }

    [Theory]
    [InlineData("--inner deal")]
    [InlineData("--preference positivity=0.8,brevity=0.6")]
    [InlineData("--neighbourhood 20")]
    [InlineData("--directions 8")]
    [InlineData("--savings none")]
    [InlineData("--savings all,pipeline=16")]
    [InlineData("--budget 2000")]
    [InlineData("--deadline 5s")]
    public async Task Help_Generate_HasAnExampleOfEachWayToSpend(string options)
    {
        var help = (await Cli.RunAsync("generate", "--help")).Out;
        Assert.Contains(options, help[help.IndexOf("Examples:", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_Root_NamesCommandsAndExitCodes()
    {
        var run = await Cli.RunAsync("--help");
        Assert.Equal(0, run.Code);
        Assert.All(Root.Subcommands, command => Assert.Contains(command.Name, run.Out, StringComparison.Ordinal));
        Assert.Contains("3 a requirement is not met", run.Out, StringComparison.Ordinal);
    }
}
