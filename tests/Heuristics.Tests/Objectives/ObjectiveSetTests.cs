using System.Text;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

public class ObjectiveSetTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "objectives");

    [Fact]
    public void Read_Model_HasAllObjectivesByName()
    {
        var set = ObjectiveSet.Read(Folder);
        Assert.Equal(ObjectiveSet.Names, set.Objectives.Select(objective => objective.Name));
        Assert.Same(set.PositivityUnseen, set["positivity-unseen"]);
        Assert.Contains("known are positivity", Assert.Throws<ArgumentException>(() => set["mood"]).Message);
    }

    [Theory]
    [InlineData("positivity", "Everyone was happy. The kind bear smiled.", "Nobody was glad. The cruel bear was angry and afraid.")]
    [InlineData("brevity", "He ran. He fell.", "He ran down to the river and there he fell over a stone.")]
    [InlineData("dialogue", "\"Come in,\" said the bear.", "The bear asked him to come in.")]
    [InlineData("vividness", "A red apple on the green grass", "It was what he had always thought")]
    public void Parse_Objective_RanksTheObvious(string name, string more, string less)
    {
        var objective = Assert.IsType<Objective>(HeuristicParser.Parse($"{name}={Folder}@2").Heuristic);
        Assert.True(objective.ZScore(more) > objective.ZScore(less));
    }

    [Fact]
    public void Reward_Objective_IsWorthNoMoreThanEnough()
    {
        const string Kind = "Happy, happy, kind and glad.", Plain = "The bear went to the river, and he was happy there.";
        var set = ObjectiveSet.Read(Folder);
        var reward = Assert.IsType<Objective>(HeuristicParser.Parse($"positivity={Folder}").Heuristic);

        Assert.Equal(1.2, reward.Enough);
        Assert.Equal(1.2, reward.ZScore(Kind));
        Assert.Equal(Objective.Clip, set["positivity"].ZScore(Kind));
        Assert.Equal(set["positivity"].ZScore(Plain), reward.ZScore(Plain));
        Assert.Throws<ArgumentException>(() => set.Reward("positivity-unseen"));
    }

    [Theory]
    [InlineData("{", "is no JSON")]
    [InlineData("[]", "positivity.mean is missing")]
    [InlineData("{\"positivity\":{\"mean\":1,\"deviation\":0}}", "positivity.deviation is 0")]
    [InlineData("{\"positivity\":{\"mean\":1,\"deviation\":1,\"enough\":0}}", "positivity.enough is 0, which is not above 0 and at most 3")]
    [InlineData("{\"positivity\":{\"mean\":1,\"deviation\":1,\"enough\":\"much\"}}", "positivity.enough is missing or no number")]
    [InlineData("{\"positivity\":{\"mean\":1,\"deviation\":1e999}}", "positivity.deviation is missing or no number")]
    [InlineData("{\"positivity\":{\"mean\":\"1\",\"deviation\":1}}", "positivity.mean is missing or no number")]
    public void Read_BrokenScales_NamesFileAndField(string json, string expected)
    {
        var fault = Assert.Throws<FormatException>(() => WithScales(Encoding.UTF8.GetBytes(json)));
        Assert.Contains(expected, fault.Message);
        Assert.Contains("objectives.json", fault.Message);
    }

    [Fact]
    public void Read_DamagedScales_GivesAnErrorOrASet()
    {
        var whole = File.ReadAllBytes(Path.Combine(Folder, "objectives.json"));
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var bytes = whole.ToArray();
            for (var hits = random.Next(1, 4); hits > 0; hits--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) bytes = bytes[..random.Next(bytes.Length)];
            if (Record.Exception(() => WithScales(bytes)) is { } fault) Assert.IsType<FormatException>(fault);
        }
    }

    [Fact]
    public void Read_HugeOrMissingScales_IsRefused()
    {
        Assert.Contains("more than", Assert.Throws<IOException>(() => WithScales(new byte[1 << 17])).Message);
        Assert.Throws<FileNotFoundException>(() => ObjectiveSet.Read(Path.Combine(Folder, "none")));
    }

    private static ObjectiveSet WithScales(byte[] scales)
    {
        var folder = Directory.CreateTempSubdirectory("objectives-");
        try
        {
            var lexicons = folder.CreateSubdirectory("lexicons");
            foreach (var file in Directory.GetFiles(Path.Combine(Folder, "lexicons"))) File.Copy(file, Path.Combine(lexicons.FullName, Path.GetFileName(file)));
            File.WriteAllBytes(Path.Combine(folder.FullName, "objectives.json"), scales);
            return ObjectiveSet.Read(folder.FullName);
        }
        finally
        {
            folder.Delete(true);
        }
    }
}
