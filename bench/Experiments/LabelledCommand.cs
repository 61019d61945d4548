using System.CommandLine;
using System.Globalization;
using System.Text;
using DecodeAlign.DefaultModel;
using DecodeAlign.Evaluation;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Experiments;

/// <summary>Trains a judge of style on texts that people have labelled, a text a line, and tells how well it knows held-out ones.</summary>
internal static class LabelledCommand
{
    private const int HeldOut = 5, Least = 5;

    public static Command Create()
    {
        var low = new Option<string>("--low") { Description = "Texts of the one kind, one a line.", Required = true };
        var high = new Option<string>("--high") { Description = "Texts of the other, towards which scores rise.", Required = true };
        var target = new Option<string>("--out") { Description = "The judge's file, for style=FILE.", Required = true };
        var command = new Command("labelled", "Trains a judge (naive Bayes over words) on labelled texts, without the words of the objective positivity and of its dev judge.") { low, high, target };
        command.SetAction(parsed => Run(parsed.GetValue(low)!, parsed.GetValue(high)!, parsed.GetValue(target)!));
        return command;
    }

    private static int Run(string low, string high, string target)
    {
        string[] lists = ["positive-a.txt", "negative-a.txt", "positive-b.txt", "negative-b.txt"];
        var leave = lists.SelectMany(file => LexiconFile.ReadWords(Path.Combine(EmbeddedModel.Folder, "lexicons", file))).ToHashSet();
        var (below, above) = (Read(low), Read(high));
        var held = WordOdds.Train(Part(below, false), Part(above, false), leave, Least);
        double[] scores = [.. Part(below, true).Select(held.Score), .. Part(above, true).Select(held.Score)];
        var middle = scores.Order().ElementAt(scores.Length / 2);
        var right = Part(below, true).Count(text => held.Score(text) < middle) + Part(above, true).Count(text => held.Score(text) >= middle);
        var judge = WordOdds.Train(below, above, leave, Least);
        File.WriteAllText(target, judge.Write());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{judge.Count} words; trained on four fifths, {100.0 * right / scores.Length:0.0} % of the other {scores.Length} texts are told right"));
        return 0;
    }

    private static string[] Read(string path) => File.ReadAllLines(path, Encoding.Latin1);

    private static IEnumerable<string> Part(string[] texts, bool held) => texts.Where((_, i) => (i % HeldOut == 0) == held);
}
