using System.Globalization;
using System.Text.RegularExpressions;
using DecodeAlign.Decoding;
using DecodeAlign.Evaluation;

namespace DecodeAlign.Tests;

public partial class FrontPageTests
{
    [Fact]
    public void ToHtml_TwoObjectives_ShowsWhatIsDominatedAndWhatIsNotInItsPlace()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            // of the second less is better
            double[][] values = [.. Enumerable.Range(0, random.Next(2, 12)).Select(_ => new[] { random.Next(6) / 2.0, random.Next(6) / -3.0 })];
            var page = FrontPage.ToHtml(Result(values, [1, -2]))!;

            bool[] onFront = [.. values.Select(one => !values.Any(other => other[0] >= one[0] && other[1] <= one[1] && (other[0] > one[0] || other[1] < one[1])))];
            Assert.Contains(FormattableString.Invariant($"{onFront.Count(on => on)} of {values.Length} answers of best-of are on the front of long, short (less is better)"), page, StringComparison.Ordinal);
            var marks = Mark().Matches(page);
            Assert.Equal(values.Length, marks.Count);
            // every mark stands where its values say: further right for more of the first, higher for less of the second
            var places = marks.Select(mark => (Values: (N(mark, "a"), N(mark, "b")), X: mark.Groups["px"].Success ? N(mark, "px") : N(mark, "rx") + 4, Y: mark.Groups["py"].Success ? N(mark, "py") : N(mark, "ry") + 4, Kind: mark.Groups["kind"].Value)).ToList();
            foreach (var one in places)
                foreach (var other in places)
                {
                    Assert.Equal(one.Values.Item1.CompareTo(other.Values.Item1), Math.Sign(Math.Round(one.X - other.X, 1)));
                    // a triangle is told by its top
                    if ((one.Kind == "reference") == (other.Kind == "reference")) Assert.Equal(one.Values.Item2.CompareTo(other.Values.Item2), Math.Sign(Math.Round(one.Y - other.Y, 1)));
                }
            Assert.Equal(onFront.Skip(1).Count(on => on), places.Count(place => place.Kind == "search"));
            Assert.Equal(onFront.Skip(1).Count(on => !on), places.Count(place => place.Kind == "reference"));
            Assert.Equal(1, places.Count(place => place.Kind == "baseline"));
            // the line has a corner at every answer of the front
            var corners = Regex.Match(page, "class=\"stairs\" d=\"M62 (?<y>[0-9.]+)(?:H(?<x>[0-9.]+)V(?<y>[0-9.]+))+\"");
            var drawn = corners.Groups["x"].Captures.Zip(corners.Groups["y"].Captures, (x, y) => $"{x.Value} {y.Value}").ToHashSet();
            Assert.All(places.Where(place => place.Kind == "search"), place => Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{place.X} {place.Y}"), drawn));
        }
    }

    [Fact]
    public void ToHtml_Page_IsWholeAndAsksForNothing()
    {
        var page = FrontPage.ToHtml(Result([[1, 0, 2], [0, 1, 1], [0, 0, 0], [1, 0, 2]], [1, 1, 1], "<b>\"one\"</b>"))!;
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;&quot;one&quot;&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(page, "<svg "));
        Assert.DoesNotContain("class=\"stairs\"", page, StringComparison.Ordinal);
        // every link leads to a text, and equal answers share a place
        Assert.Equal(["answer-1", "answer-2", "answer-3"], Regex.Matches(page, "href=\"#([^\"]+)\"").Select(link => link.Groups[1].Value).Distinct().Order());
        Assert.All(Regex.Matches(page, "href=\"#([^\"]+)\"").Select(link => link.Groups[1].Value), id => Assert.Contains($"id=\"{id}\"", page, StringComparison.Ordinal));
        Assert.Contains(">1</a>, <a href=\"#answer-3\">3</a></text>", page, StringComparison.Ordinal);
        Assert.Contains("<summary>1 dominated</summary>", page, StringComparison.Ordinal);
        Assert.Contains(">1 (the answer, knee, Nash, max-min)<", page, StringComparison.Ordinal);
    }

    [Fact]
    public void ToHtml_OneObjective_HasNoPicture_AndNoneNoPage()
    {
        Assert.DoesNotContain("<svg", FrontPage.ToHtml(Result([[1], [2]], [1]))!, StringComparison.Ordinal);
        Assert.Null(FrontPage.ToHtml(Result([[], []], [])));
        // five objectives have ten pairs, six fifteen
        Assert.Equal(10, Regex.Count(FrontPage.ToHtml(Result([[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]], [1, 1, 1, 1, 1, 1]))!, "<svg "));
    }

    private static DecodingResult Result(double[][] values, double[] weights, string text = "a text")
    {
        string[] names = ["long", "short", "third", "fourth", "fifth", "sixth"];
        Answer[] answers = [.. values.Select((one, i) => new Answer { Text = $"{text} {i}", Ids = [i], FinishReason = FinishReason.Eos, LogProbability = -i, Score = -i, Heuristics = [.. one.Select((value, o) => new HeuristicValue(names[o], value, weights[o], null))] })];
        return new() { Prompt = "Once", Answer = answers[0], Answers = answers, Statistics = new(1, 1, 1, 1, 1, 1, 1), Decoder = "best-of", Seed = 0 };
    }

    private static double N(Match match, string group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("""<g class="(?<kind>\w+)"><title>long (?<a>[-0-9.]+), short (?<b>[-0-9.]+)</title><(?:circle cx="(?<px>[0-9.]+)" cy="(?<py>[0-9.]+)"|rect x="(?<rx>[0-9.]+)" y="(?<ry>[0-9.]+)"|path d="M(?<px>[0-9.]+) (?<py>[0-9.]+)l)""")]
    private static partial Regex Mark();
}
