using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

public class CombinationParserTests
{
    private static readonly RewardScale Unit = new() { Samples = 9, Mean = 2, StandardDeviation = 0.5, Quantiles = [0, 2, 4] };

    private static readonly RankedPart[] Plain = [new("coverage=fox", Given.Value("coverage", 3), 3), new("grade=2", Given.Value("grade", 1), -4)];

    private static readonly RankedPart[] OnScales = [.. Plain.Select(part => part with { Weight = 2, Scale = Unit })];

    [Fact]
    public void Combine_EachRule_IsTheRule()
    {
        Assert.Equal(3 * 3 + -4 * 1, H("sum", Plain));
        Assert.Equal((3 * 3 + -4 * 1) / 5.0, H("direction", Plain), 1e-12);
        Assert.Equal(2 * 2 + 2 * -2, H("sum", OnScales));
        Assert.Equal(-2, H("max-min", OnScales));
        Assert.Equal(2 * (-Math.Log(1 + Math.Exp(-2)) - Math.Log(1 + Math.Exp(2))), H("log-sigmoid", OnScales), 1e-12);
        Assert.Equal(2 * (-Math.Log(1 + Math.Exp(2)) - Math.Log(1 + Math.Exp(6))), H("log-sigmoid:1", OnScales), 1e-12);
        Assert.Equal(2 * Math.Log(2) + 2 * (Math.Log(0.01) - 201), H("nash", OnScales), 1e-9);
        // gains 2 and −2: mean 0, deviation 2; one of two lies above the median, none above all
        Assert.Equal((-2, -1), (H("pessimistic", OnScales), H("pessimistic:0.5", OnScales)));
        Assert.Equal((0.5, 0), (H("votes", OnScales), H("votes:1", OnScales)));
        Assert.Equal(3 - 10 * 0.5, H("constrained:grade>=1.5", Plain), 1e-12);
        Assert.Equal(1 - 2 * 1, H("constrained:coverage=fox>=4*2", Plain), 1e-12);
        Assert.Equal(6 + 0.5 + 1 / 4.0, H("lexicographic:0.5", Plain), 1e-12);
        using var folder = new TempFolder();
        folder.Write("gate.txt", "# for stories\nstory|tale\t1 0\n*\t0 10\n");
        Assert.Equal(3, H($"gated:{folder.File("gate.txt")}", Plain, "A Tale of two"));
        Assert.Equal(10, H($"gated:{folder.File("gate.txt")}", Plain, "An email"));
    }

    [Fact]
    public void Combine_SeveralParts_AreShownWithWeightZero() =>
        Assert.Equal([("max-min", 1), ("coverage", 0), ("grade", 0)], CombinationParser.Combine("max-min", OnScales).Select(weighted => (weighted.Heuristic.Name, weighted.Weight)));

    [Theory]
    [InlineData("medley", "there is no rule 'medley'; known are constrained, direction")]
    [InlineData("max-min", "'max-min' needs a calibration, which gives 'coverage=fox'")]
    [InlineData("nash:3", "nash takes no argument")]
    [InlineData("lexicographic:1,2", "2 steps for 2 parts")]
    [InlineData("lexicographic:0", "step of 'coverage' must be a number above 0")]
    [InlineData("constrained:grade", "'grade' in 'constrained:grade' is no threshold")]
    [InlineData("constrained:length>=1", "names no part; there are coverage=fox, grade=2")]
    [InlineData("constrained:", "must name every part but one")]
    [InlineData("constrained:grade>=x", "'x' in")]
    [InlineData("constrained:grade>=0*-1", "multiplier of 'grade'")]
    [InlineData("pessimistic", "'pessimistic' needs a calibration")]
    [InlineData("votes:0.9", "'votes:0.9' needs a calibration")]
    [InlineData("log-sigmoid:2", "lies in [0, 1]")]
    public void Combine_BadRule_SaysWhatIsWrong(string rule, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => CombinationParser.Combine(rule, rule.StartsWith("log", StringComparison.Ordinal) ? OnScales : Plain)).Message);

    [Theory]
    [InlineData("story\t1\n", "line 1: 1 weights for 2 parts")]
    [InlineData("story 1 2\n", "line 1: expected words, a tab and weights")]
    [InlineData("\t1 2\n", "line 1: a word is missing")]
    [InlineData("story\t1 NaN\n", "line 1: 'NaN' is no number")]
    [InlineData("\n", "holds no lines")]
    public void Gate_BrokenLine_IsNamed(string content, string expected)
    {
        using var folder = new TempFolder();
        folder.Write("gate.txt", content);
        var fault = Assert.Throws<FormatException>(() => GateFile.Read(folder.File("gate.txt"), 2));
        Assert.Contains("gate.txt", fault.Message);
        Assert.Contains(expected, fault.Message);
    }

    [Fact]
    public void Gate_NoLineFits_IsAnErrorThatNamesTheFile()
    {
        using var folder = new TempFolder();
        folder.Write("gate.txt", "story\t1 0\n");
        var gate = CombinationParser.Combine($"gated:{folder.File("gate.txt")}", Plain)[0].Heuristic;
        Assert.Contains("gate.txt has no line for this prompt", Assert.Throws<HeuristicException>(() => gate.Open(Generation.Context(ByteTokenizer.Of("a"), "Hello"))).Message);
    }

    [Fact]
    public void Gate_RandomBytes_GivesAGateOrAClearError()
    {
        var random = new Random(6);
        using var folder = new TempFolder();
        for (var i = 0; i < 300; i++)
        {
            var bytes = "story|tale\t1 0.5\nred fox~\t-1 2e3\n*\t0 10\n"u8.ToArray();
            for (var change = random.Next(1, 5); change > 0; change--) bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : "*|~\t\n .-9"[random.Next(9)]);
            File.WriteAllBytes(folder.File("gate.txt"), bytes);
            try
            {
                var gate = GateFile.Read(folder.File("gate.txt"), 2);
                Assert.All(gate("a tale"), weight => Assert.True(double.IsFinite(weight)));
            }
            catch (Exception fault) when (fault is FormatException or InvalidOperationException)
            {
                Assert.Contains("gate.txt", fault.Message);
            }
        }
    }

    private static double H(string rule, IReadOnlyList<RankedPart> parts, string prompt = "")
    {
        var context = Generation.Context(ByteTokenizer.Of("a"), prompt);
        var sum = 0.0;
        foreach (var (heuristic, weight) in CombinationParser.Combine(rule, parts))
        {
            using var session = heuristic.Open(context);
            sum += weight * session.Score(context.Root, true);
        }
        return sum;
    }
}
