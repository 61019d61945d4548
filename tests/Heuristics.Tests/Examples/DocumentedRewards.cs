using System.Text.RegularExpressions;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

/// <summary>The examples of docs/rewards.md, compiled and run.</summary>
public class DocumentedRewards
{
    private static readonly ToyTokenizer Text = new([.. "ONTYaceimnopstu ".Select(letter => letter.ToString()), " Yes", " No"]);

    [Fact]
    public async Task Examples_Run()
    {
        await using var model = ToyEngine.Model(Text);
        await using var rewardModel = ToyEngine.Model(Text, seed: 2, rewards: 5);
        await using var judgeModel = ToyEngine.Model(Text, seed: 3);
        var reward = new RewardModel(rewardModel, new() { Outputs = RewardOutput.HelpSteer });
        var judge = new Judge(judgeModel, Judge.Ask(["The story ends well.", "Nobody is hurt."]));
        var request = new DecodingRequest
        {
            Prompt = "Once upon a time",
            Heuristics = [new(reward.Output("helpfulness"), 2), new(reward.Output("verbosity"), -0.5), new(judge)],
            Decoder = Decoders.Deal(beam: 2, lookahead: 8, lambda: 3),
        };
        var result = await new Decoder(model).GenerateAsync(request with { Decoder = Decoders.Deal(beam: 2, lookahead: 2, lambda: 3), MaxTokens = 6 });
        Assert.Equal(["reward#helpfulness", "reward#verbosity", "judge"], result.Answer.Heuristics.Select(value => value.Name));

        var combined = new LogSigmoidSum(
            new CentredPart(reward.Output("helpfulness"), Reference: 0.4, Scale: 1.2),
            new CentredPart(judge, Reference: 0.5, Scale: 0.2, Weight: 2));
        Assert.True(combined.Combine([0.4, 0.5]) < 0);

        var calibration = await Calibrator.RunAsync(model, ["Once upon a time"], new Dictionary<string, IHeuristic> { ["grade"] = new ReadingGrade(2) });
        var grade = new CalibratedHeuristic(new ReadingGrade(2), calibration["grade"], clip: 3);
        await HeuristicCheck.RunAsync(grade, Text, new() { Paths = 20 });
    }

    [Fact]
    public void Documentation_Snippets_AreThisCode()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DecodeAlign.sln"))) folder = folder.Parent;
        Assert.SkipUnless(folder is not null, "needs the sources around the test binaries");
        var source = Squeezed(File.ReadAllText(Path.Combine(folder!.FullName, "tests", "Heuristics.Tests", "Examples", "DocumentedRewards.cs")));
        var snippets = Regex.Matches(File.ReadAllText(Path.Combine(folder.FullName, "docs", "rewards.md")), "```csharp\n(.*?)```", RegexOptions.Singleline);
        Assert.Equal(3, snippets.Count);
        foreach (Match snippet in snippets) Assert.Contains(Squeezed(snippet.Groups[1].Value), source);
    }

    private static string Squeezed(string text) => Regex.Replace(text, @"\s+", " ").Trim();
}
