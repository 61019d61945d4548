using DecodeAlign.Heuristics;
using DecodeAlign.Text;
using Microsoft.Extensions.AI.Evaluation;

namespace DecodeAlign.Evaluation;

/// <summary>A kind of judge that can be asked for by name, beside every heuristic of <see cref="HeuristicCatalogue"/>.</summary>
/// <param name="Name">The name before the equals sign.</param>
/// <param name="Summary">What it measures and what it was made of, in a sentence.</param>
/// <param name="Argument">What stands after the equals sign.</param>
/// <param name="Example">A specification that works.</param>
public sealed record JudgeDescription(string Name, string Summary, string Argument, string Example)
{
    internal Func<string, IEvaluator> Create { get; init; } = null!;
}

/// <summary>Reads judges as tasks name them: <c>NAME=ARGUMENT</c>, one of <see cref="All"/> or a heuristic's specification.</summary>
public static class JudgeParser
{
    /// <summary>The judges that are no heuristics, by name.</summary>
    public static IReadOnlyList<JudgeDescription> All { get; } =
    [
        new("covered", "The share of the words that the text holds, by regular expressions apart from the search's automata.", "words separated by commas; fox|vixen, fox~", "covered=fox~,river")
        {
            Create = argument => { var words = Words(argument); return new TextEvaluator("covered", (_, text) => words.Covered(text)); },
        },
        new("ended-in-range", "1 for a text that ends where a sentence ends and has so many words, else 0.", "MIN..MAX", "ended-in-range=18..22")
        {
            Create = argument => { var (least, most) = RangeParser.Parse(argument); return new TextEvaluator("ended-in-range", (_, text) => InRange(text, least, most) && EndsSentence(text) ? 1 : 0); },
        },
        new("human", "Minus the distance of the text's bits per byte, under a model of bytes of other texts, from those of held-out human text: what is too plain is too cheap, noise is too dear.", "stories or books", "human=books")
        {
            Create = argument =>
            {
                var (model, human) = ShippedData.ByteModelOf(Source(argument));
                return new TextEvaluator("human", (prompt, text) => -Math.Abs(model.BitsPerByte(prompt, text) - human));
            },
        },
        new("in-range", "1 for a text that has so many words, else 0.", "MIN..MAX", "in-range=18..22")
        {
            Create = argument => { var (least, most) = RangeParser.Parse(argument); return new TextEvaluator("in-range", (_, text) => InRange(text, least, most) ? 1 : 0); },
        },
        new("placed", "The share of the words that stand in the text as words do: not beside another of them, nor more than twice.", "words separated by commas; fox|vixen, fox~", "placed=fox~,river")
        {
            Create = argument => { var words = Words(argument); return new TextEvaluator("placed", (_, text) => words.Placed(text)); },
        },
        new("positivity-unseen", "The objective positivity by the half of its word lists that nothing selected with.", "default, or a model's folder", "positivity-unseen=default")
        {
            Create = argument => new HeuristicEvaluator(ObjectiveSet.Read(argument == "default" ? Path.Combine(AppContext.BaseDirectory, "decodealign-model") : argument).PositivityUnseen),
        },
        new("style", "Naive Bayes, mean log-odds of a word, between passages of published texts in which an objective is high and those in which it is low, by words that the objective does not count; or between labelled texts of your own (experiments labelled writes such a file).", "OBJECTIVE:stories, OBJECTIVE:books, or a file with a word, a tab and hundredths of a nat on each line", "style=vividness:books")
        {
            Create = argument =>
            {
                if (File.Exists(argument))
                {
                    var own = WordOdds.ReadFile(argument);
                    return new TextEvaluator("style", (_, text) => own.Score(text));
                }
                var parts = argument.Split(':', 2);
                if (parts.Length < 2 || !ObjectiveSet.Names.Contains(parts[0])) throw new FormatException($"'{argument}' is not OBJECTIVE:SOURCE (nor a file) with an objective of {string.Join(", ", ObjectiveSet.Names)}");
                var odds = ShippedData.Style(parts[0], Source(parts[1]));
                return new TextEvaluator("style", (_, text) => odds.Score(text));
            },
        },
    ];

    /// <summary>Reads one specification.</summary>
    /// <exception cref="FormatException">It can't be read; the message says what is wrong and what would be right.</exception>
    public static IEvaluator Parse(string spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var equals = spec.IndexOf('=', StringComparison.Ordinal);
        var name = (equals < 0 ? spec : spec[..equals]).Trim();
        if (All.FirstOrDefault(judge => judge.Name == name) is not { } known)
        {
            if (HeuristicCatalogue.All.All(heuristic => heuristic.Name != name))
                throw new FormatException($"there is no judge '{name}'; known are {string.Join(", ", All.Select(judge => judge.Name))}, and the heuristics {string.Join(", ", HeuristicCatalogue.All.Select(heuristic => heuristic.Name))}");
            var (heuristic, weight) = HeuristicParser.Parse(spec);
            return weight == 1 ? new HeuristicEvaluator(heuristic) : throw new FormatException($"'{spec}': a judge has no weight");
        }
        if (equals < 0) throw new FormatException($"'{spec}' lacks an argument: {name} takes {known.Argument}, such as {known.Example}");
        try
        {
            return known.Create(spec[(equals + 1)..]);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or IOException)
        {
            throw new FormatException($"'{spec}': {fault.Message}; such as {known.Example}", fault);
        }
    }

    private static string Source(string source) => ShippedData.Sources.Contains(source) ? source : throw new FormatException($"'{source}' is not one of {string.Join(", ", ShippedData.Sources)}");

    private static RequiredWords Words(string argument) => new([.. argument.Split(',').Select(KeywordParser.Parse)]);

    private static bool InRange(string text, int least, int most) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(run => run.Any(char.IsLetterOrDigit)) is var count && count >= least && count <= most;

    private static bool EndsSentence(string text) => text.TrimEnd().TrimEnd('"', '\'', '”', '’', ')') is [.., '.' or '!' or '?'];
}
