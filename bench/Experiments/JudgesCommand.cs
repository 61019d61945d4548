using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DecodeAlign.DefaultModel;
using DecodeAlign.Evaluation;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Experiments;

/// <summary>Trains the judges that ship with the evaluation library, on published texts that are not shipped, and tells how good they are on held-out ones.</summary>
internal static partial class JudgesCommand
{
    private const int WordsInPassage = 50, WordsInText = 32;

    public static Command Create()
    {
        var texts = new Option<string>("--texts") { Description = "Folder with *.jsonl (a \"text\" a line: stories) and gutenberg/*.txt (books).", Required = true };
        var target = new Option<string>("--out") { Description = "Folder that receives the judges.", Required = true };
        var command = new Command("judges", "Trains the evaluation's judges: words of high and low passages for each objective, and models of bytes, of stories and of books.") { texts, target };
        command.SetAction(parsed => Run(parsed.GetValue(texts)!, EmbeddedModel.Folder, parsed.GetValue(target)!));
        return command;
    }

    private static int Run(string texts, string model, string target)
    {
        Directory.CreateDirectory(target);
        var objectives = ObjectiveSet.Read(model);
        (string Name, List<string> Documents, int LeastWord, int LeastGram)[] sources = [("stories", Stories(texts), 5, 4), ("books", Books(texts), 20, 24)];
        Console.WriteLine("| judge | trained on | words or n-grams | bytes | held out |\n|---|---|---|---|---|");
        foreach (var (source, documents, leastWord, leastGram) in sources)
        {
            var train = documents.Where((_, i) => i % 10 != 0).ToList();
            var held = documents.Where((_, i) => i % 10 == 0).ToList();
            foreach (var objective in objectives.Objectives) Style(objective, source, train, held, leastWord, model, target);
            Bytes(source, train, held, leastGram, target);
        }
        return 0;
    }

    private static void Style(Objective objective, string source, List<string> train, List<string> held, int least, string model, string target)
    {
        var passages = train.SelectMany(text => Passages(text, WordsInPassage)).Select(passage => passage.Text).OrderBy(objective.ZScore).ToList();
        var odds = WordOdds.Train(passages.Take(passages.Count / 3), passages.TakeLast(passages.Count / 3), CountedBy(objective.Name, model), least);
        var path = Path.Combine(target, $"style.{objective.Name}.{source}.br");
        ShippedData.Pack(path, stream => stream.Write(Encoding.UTF8.GetBytes(odds.Write())));
        var other = held.SelectMany(text => Passages(text, WordsInPassage)).Select(passage => passage.Text).ToList();
        var correlation = Statistics.Correlation([.. other.Select(odds.Score)], [.. other.Select(objective.ZScore)]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| style={objective.Name}:{source} | {passages.Count} passages of {WordsInPassage} words | {odds.Count} | {new FileInfo(path).Length} | correlation with the objective {correlation:0.00} ({other.Count} passages) |"));
    }

    private static void Bytes(string source, List<string> train, List<string> held, int least, string target)
    {
        var bytes = ByteModel.Train(train, least);
        // human text of the length that is judged, each after what stands before it
        double[] bits = [.. held.SelectMany(text => Passages(text, WordsInText)).Where(passage => passage.Before.Length > 0).Select(passage => bytes.BitsPerByte(passage.Before, passage.Text))];
        var path = Path.Combine(target, $"bytes.{source}.br");
        ShippedData.Pack(path, stream =>
        {
            using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
            writer.Write(bits.Average());
            bytes.Write(stream);
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| human={source} | {train.Sum(text => Encoding.UTF8.GetByteCount(text)) / 1e6:0.0} MB, 3-grams and longer from {least} on | {bytes.Count} | {new FileInfo(path).Length} | {bits.Average():0.000} bits per byte, deviation {Statistics.Deviation(bits):0.000} ({bits.Length} texts of {WordsInText} words) |"));
    }

    private static List<string> Stories(string folder) =>
        [.. Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal).SelectMany(File.ReadLines).Where(line => line.Length > 0).Select(line => Plain(JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!))];

    // a book is many documents: what is held out is of every book, and in one piece
    private static List<string> Books(string folder) =>
        [.. Directory.GetFiles(Path.Combine(folder, "gutenberg"), "*.txt").Order(StringComparer.Ordinal).SelectMany(file => File.ReadAllText(file).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Chunk(40)).Select(some => Plain(string.Join('\n', some)))];

    private static string Plain(string text) => text.Replace('“', '"').Replace('”', '"').Replace('’', '\'').Replace('‘', '\'').Replace("—", "--", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);

    private static IEnumerable<(string Before, string Text)> Passages(string text, int words)
    {
        var matches = Word().Matches(text);
        for (var i = 0; i + words <= matches.Count; i += words)
        {
            var (first, last) = (matches[i], matches[i + words - 1]);
            yield return (text[Math.Max(0, first.Index - 50)..first.Index], text[first.Index..(last.Index + last.Length)]);
        }
    }

    private static HashSet<string> CountedBy(string objective, string model)
    {
        // both halves of the positive and negative words: the judge is to share no word with the reward or with the dev judge
        string[] files = objective switch { "positivity" => ["positive-a.txt", "negative-a.txt", "positive-b.txt", "negative-b.txt"], "vividness" => ["vivid.txt"], _ => [] };
        return [.. files.SelectMany(file => LexiconFile.ReadWords(Path.Combine(model, "lexicons", file)))];
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*")]
    private static partial Regex Word();
}
