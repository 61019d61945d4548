using System.Text.RegularExpressions;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

/// <summary>The examples of docs/heuristics.md, compiled and run.</summary>
public class DocumentedHeuristics
{
    private static readonly ByteTokenizer Vocabulary = ByteTokenizer.Of("a", ", ", "day", " ,");

    [Fact]
    public void FromText_Example_Scores()
    {
        var rhymes = Heuristic.FromText("rhymes", text => text.TrimEnd().EndsWith("ay", StringComparison.Ordinal) ? 1 : 0, new(0, 1));
        Assert.Equal([0, 1], Values(rhymes, [0, 2]));
    }

    [Fact]
    public void FromTexts_Example_Scores()
    {
        var client = new Service();
        var service = Heuristic.FromTexts("service", async (texts, cancellationToken) =>
        {
            var scores = await client.ScoreAsync(texts, cancellationToken);
            return scores;
        });
        Assert.Equal([1, 4], Values(service, [0, 2]));
    }

    [Fact]
    public async Task State_Example_PassesTheChecks()
    {
        var tokenizer = Vocabulary;
        await HeuristicCheck.RunAsync(new FewCommas(), tokenizer, new() { Reference = (_, text, _) => -text.Count(letter => letter == ',') });
    }

    [Fact]
    public async Task Around_Example_PassesOnWhatTheOtherNeeds()
    {
        await using var model = ToyEngine.Model(ToyTokenizer.Letters);
        var (inner, context) = (new Likelihood(model), Generation.Context(ToyTokenizer.Letters));
        var half = new Half(inner);
        await using var sessions = await ModelSessions.OpenAsync(half.Needs(context));
        using var session = await half.OpenAsync(context, sessions);
        using var whole = await inner.OpenAsync(context, sessions);
        var node = context.Nodes([2, 3])[^1];
        Assert.Equal(whole.Score(node, ended: true) / 2, session.Score(node, ended: true));
    }

    [Fact]
    public void Documentation_Snippets_AreThisCode()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DecodeAlign.sln"))) folder = folder.Parent;
        Assert.SkipUnless(folder is not null, "needs the sources around the test binaries");
        var source = Squeezed(File.ReadAllText(Path.Combine(folder!.FullName, "tests", "Heuristics.Tests", "Examples", "DocumentedHeuristics.cs")));
        var snippets = Regex.Matches(File.ReadAllText(Path.Combine(folder.FullName, "docs", "heuristics.md")), "```csharp\n(.*?)```", RegexOptions.Singleline);
        // what needs the package of ONNX is compiled with the other pages
        var own = snippets.Where(snippet => !snippet.Value.Contains("TextEmbedder", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, own.Count);
        foreach (var snippet in own) Assert.Contains(Squeezed(snippet.Groups[1].Value), source);
    }

    private static string Squeezed(string text) => Regex.Replace(text, @"\s+", " ").Trim();

    private static double[] Values(IHeuristic heuristic, int[] path)
    {
        var context = Generation.Context(Vocabulary);
        using var session = heuristic.Open(context);
        return [.. context.Nodes(path).Skip(1).Select(node => session.Score(node, ended: true))];
    }

    private sealed class Service
    {
        public ValueTask<IReadOnlyList<double>> ScoreAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<double>>([.. texts.Select(text => (double)text.Length)]);
    }

    /// <summary>Half of another heuristic.</summary>
    internal sealed class Half(IHeuristic inner) : IHeuristic
    {
        public string Name => inner.Name;

        public ValueTask ReadyAsync(CancellationToken cancellationToken = default) => inner.ReadyAsync(cancellationToken);

    public IEnumerable<SessionNeed> Needs(GenerationContext context) => inner.Needs(context);

        public async ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) =>
            new Session(await inner.OpenAsync(context, sessions, cancellationToken));

        private sealed class Session(IHeuristicSession inner) : IHeuristicSession
        {
            public SessionStatistics Work => inner.Work;

            public async ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
            {
                await inner.ScoreAsync(requests, values, cancellationToken);
                for (var i = 0; i < requests.Length; i++) values.Span[i] /= 2;
            }

            public int Progress(int node) => inner.Progress(node);

            public void Suggest(int node, ICollection<int> tokens) => inner.Suggest(node, tokens);

            public void Dispose() => inner.Dispose();
        }
    }

    /// <summary>Prefers few commas: −(number of commas).</summary>
    internal sealed class FewCommas : Heuristic<int>
    {
        public override string Name => "few-commas";

        protected override int Begin(GenerationContext context) => 0;

        protected override int Advance(int commas, int token, ReadOnlySpan<byte> bytes) => commas + bytes.Count((byte)',');

        protected override double Score(int commas, bool ended) => -commas;

        protected override HeuristicBounds Bounds(int commas, int tokensLeft) => new(tokensLeft == 0 ? -commas : double.NegativeInfinity, -commas);
    }
}
