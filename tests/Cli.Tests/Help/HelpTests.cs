using System.CommandLine;
using System.Text.RegularExpressions;
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
    public async Task HelpAll_EachCommand_NamesEveryOptionWithAllThatIsSaidOfIt(string name)
    {
        var command = Root.Subcommands.Single(candidate => candidate.Name == name);
        var run = await Cli.RunAsync(name, "--help-all");
        Assert.Equal(0, run.Code);
        var said = Words(run.Out);
        foreach (var option in command.Options.Append(Root.Options.Single(option => option.Name == "--json")))
        {
            Assert.Contains(option.Name, run.Out, StringComparison.Ordinal);
            Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name);
            Assert.Contains(Words(option.Description!), said, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_EachCommand_FitsAScreenAndShowsExamplesFirst(string name)
    {
        foreach (var width in (int[])[80, 120])
        {
            var run = await new Cli { Width = width }.CallAsync(name, "--help");
            Assert.Equal(0, run.Code);
            var lines = run.Out.TrimEnd().Split('\n');
            Assert.InRange(lines.Length, 5, 50);
            Assert.All(lines.Where(line => !line.Contains("decodealign ", StringComparison.Ordinal)), line => Assert.InRange(line.TrimEnd().Length, 0, width));
            var examples = Array.FindIndex(lines, line => line.StartsWith("Examples", StringComparison.Ordinal));
            Assert.InRange(examples, 1, Array.FindIndex(lines, line => line.Contains("--json", StringComparison.Ordinal) && !line.Contains("decodealign ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Help_Generate_HasTheGroupsAndSaysHowManyOptionsItLeavesOut()
    {
        var help = (await Cli.RunAsync("generate", "--help")).Out;
        var groups = (string[])["What must hold", "What to prefer", "How to search", "Model", "Output"];
        Assert.Equal(groups, help.Split('\n').Select(line => line.TrimEnd()).Where(groups.Contains));
        var generate = Root.Subcommands.Single(command => command.Name == "generate");
        var shown = generate.Options.Count(option => Regex.IsMatch(help, $@"^  (-v, )?{option.Name}\b(?!-)", RegexOptions.Multiline));
        Assert.InRange(shown, 18, 28);
        Assert.Contains($"{generate.Options.Count - shown} more options: decodealign generate --help-all", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(56)]
    public async Task Help_Narrow_BreaksNoWordAndNoLine(int width)
    {
        var run = await new Cli { Width = width }.CallAsync("generate", "--help");
        Assert.All(run.Out.Split('\n').Where(line => !line.Contains("decodealign ", StringComparison.Ordinal)), line => Assert.InRange(line.TrimEnd().Length, 0, width));
        Assert.Contains(Words("Next tokens considered"), Words((await new Cli { Width = width }.CallAsync("generate", "--help-all")).Out), StringComparison.Ordinal);
    }

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public static TheoryData<string> Decoders => [.. DecoderCatalogue.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Decoders))]
    public async Task Help_Decoders_HasAnExampleOfEach(string decoder)
    {
        var help = (await Cli.RunAsync("help", "decoders")).Out;
        Assert.Contains($"--decoder {decoder}", help[help.IndexOf("Examples", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains($"\n  {decoder} ", help, StringComparison.Ordinal);
        Assert.StartsWith(decoder, (await Cli.RunAsync("help", decoder)).Out, StringComparison.Ordinal);
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
            Assert.Equal(entry.Find(name) is not null, Regex.IsMatch(option.Description!.Split("Default ")[^1], $@"[(, ]{entry.Name}[,)]"));
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
        Assert.Equal(("--lambda", 12), (lambda.GetProperty("option").GetString(), lambda.GetProperty("default").GetDouble()));
    }

    [Theory]
    [InlineData("preferences", "--inner deal")]
    [InlineData("preferences", "--neighbourhood 20")]
    [InlineData("preferences", "--directions 8")]
    [InlineData("savings", "--savings none")]
    [InlineData("savings", "--budget 2000")]
    [InlineData("savings", "--deadline 5s")]
    [InlineData("requirements", "--json-schema")]
    [InlineData("heuristics", "--combine max-min")]
    [InlineData("models", "pull")]
    [InlineData("configuration", "--profile")]
    [InlineData("output", "exit code 3")]
    public async Task Help_Topic_HasItsExamples(string topic, string shown)
    {
        var run = await Cli.RunAsync("help", topic);
        Assert.Equal(0, run.Code);
        Assert.Contains(shown, run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--lambda")]
    [InlineData("lambda")]
    [InlineData("-v")]
    public async Task Help_Option_SaysAllOfIt(string name)
    {
        var option = Root.Subcommands.SelectMany(command => command.Options).First(option => option.Name.TrimStart('-') == name.TrimStart('-') || option.Aliases.Contains(name));
        Assert.Contains(Words(option.Description!), Words((await Cli.RunAsync("help", name)).Out), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_NoSuchTopic_SaysWhatThereIs()
    {
        var run = await Cli.RunAsync("help", "decodrs");
        Assert.Equal(2, run.Code);
        Assert.Contains("there is no topic 'decodrs'. Did you mean decoders?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoArguments_Greet()
    {
        var run = await Cli.RunAsync();
        Assert.Equal((0, (await Cli.RunAsync("--help")).Out), (run.Code, run.Out));
        Assert.InRange(run.Out.Split('\n').Length, 10, 45);
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
