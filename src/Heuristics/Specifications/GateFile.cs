using System.Globalization;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>Reads a gate for <see cref="Gated"/>: on each line words or phrases (fox|vixen, fox~), a tab, and a weight for each part, separated by spaces. The first line whose words the prompt holds gives the weights; * stands for any prompt.</summary>
public static class GateFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parts">Number of parts.</param>
    /// <returns>The gate: weights for a prompt; it throws where no line fits.</returns>
    /// <exception cref="FormatException">A line is broken; the message names file and line.</exception>
    /// <exception cref="IOException">The file can't be read, or is too large.</exception>
    public static Func<string, IReadOnlyList<double>> Read(string path, int parts)
    {
        var lines = new List<(PhraseAutomaton? Words, double[] Weights)>();
        foreach (var (line, number) in LexiconFile.Lines(path))
        {
            var fields = line.Split('\t');
            if (fields.Length != 2) throw LexiconFile.Broken(path, number, "expected words, a tab and weights");
            var texts = fields[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (texts.Length != parts) throw LexiconFile.Broken(path, number, $"{texts.Length} weights for {parts} parts");
            double[] weights = [.. texts.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && double.IsFinite(weight) ? weight : throw LexiconFile.Broken(path, number, $"'{LexiconFile.Shortened(text)}' is no number"))];
            try
            {
                lines.Add((fields[0].Trim() == "*" ? null : Keyword.Automaton([KeywordParser.Parse(fields[0])], caseSensitive: false), weights));
            }
            catch (Exception fault) when (fault is FormatException or ArgumentException)
            {
                throw LexiconFile.Broken(path, number, fault.Message);
            }
        }
        if (lines.Count == 0) throw new FormatException($"{path}: holds no lines");
        return prompt => lines.Find(line => line.Words is null || Holds(line.Words, prompt)).Weights ?? throw new InvalidOperationException($"{path} has no line for this prompt; a line that begins with * stands for any");
    }

    private static bool Holds(PhraseAutomaton words, string prompt)
    {
        var state = PhraseAutomaton.Begin("");
        var hits = new PhraseHits(0, 0);
        foreach (var character in prompt.EnumerateRunes()) state = words.Step(state, character, ref hits);
        words.End(state, ref hits);
        return hits.Groups != 0;
    }
}
