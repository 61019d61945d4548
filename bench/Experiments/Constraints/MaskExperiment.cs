using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;
using DecodeAlign.Text;

namespace DecodeAlign.Experiments;

/// <summary>How long a mask takes over a large vocabulary: random walks under constraints, the first ones to warm up, all those after it timed.</summary>
internal static class MaskExperiment
{
    private const string Tool = """
        {"type":"object","properties":{"name":{"enum":["search","open","close"]},"arguments":{"type":"object","properties":{"query":{"type":"string","maxLength":40},"limit":{"type":"integer","minimum":1,"maximum":50},
         "tags":{"type":"array","items":{"type":"string"},"maxItems":4}},"required":["query"],"additionalProperties":false}},"required":["name","arguments"],"additionalProperties":false}
        """;

    public static Command Command()
    {
        var tokenizer = new Option<string>("--tokenizer") { Description = "Tokenizer folder or file.", Required = true };
        var walks = new Option<int>("--walks") { Description = "Texts a constraint; the first half warms up.", DefaultValueFactory = _ => 200 };
        var command = new Command("masks", "Time a mask takes over a vocabulary, by constraint: p50, p95 and p99 before and after warm-up.") { tokenizer, walks };
        command.SetAction(parsed => Run(parsed.GetValue(tokenizer)!, parsed.GetValue(walks)));
        return command;
    }

    private static int Run(string path, int walks)
    {
        var tokenizer = TokenizerLoader.Load(path);
        var end = Enumerable.Range(0, tokenizer.VocabularySize).First(tokenizer.IsSpecial);
        Console.WriteLine($"{tokenizer.VocabularySize} tokens, {walks} texts of at most 120 tokens a constraint; times in µs\n\n| constraint | plan, ms | warm-up p50 | p95 | p99 | masks | after warm-up p50 | p95 | p99 | masks |\n|---|---|---|---|---|---|---|---|---|---|");
        (string, TextConstraint)[] constraints =
        [
            ("regular expression", new RegexMatch(@"(\+\d{1,3} )?\d{3}-\d{4}(; [A-Z][a-z]+ [A-Z]\w*)*")),
            ("schema of a tool call", new JsonSchema(Tool)),
            ("any JSON object", JsonSchema.AnyObject),
            ("grammar of sums", new GrammarMatch("root ::= root \"+\" root | \"(\" root \")\" | [0-9]+")),
            ("2 words, 20..40 words", new AllOf(new RequiredPhrases([Keyword.Of("fox"), Keyword.Of("river")]), new WordCount(20, 40), new SentenceEnd())),
        ];
        foreach (var (name, constraint) in constraints) Measure(name, constraint, tokenizer, end, walks);
        Console.WriteLine("\n| hypotheses under the schema of a tool call | a step, µs | a hypothesis and step, µs |\n|---|---|---|");
        for (var beam = 1; beam <= 64; beam *= 2) MeasureBeam(beam, new JsonSchema(Tool), tokenizer, end, walks);
        return 0;
    }

    // so many texts side by side, each with the state of its own path; the first half of the walks warms up
    private static void MeasureBeam(int beam, JsonSchema constraint, Tokenizer tokenizer, int end, int walks)
    {
        var (steps, took) = (0, TimeSpan.Zero);
        for (var walk = 0; walk < walks; walk++)
        {
            var context = Context(tokenizer, end);
            using var session = constraint.Open(context);
            var random = new Random(walk);
            List<int> live = [.. Enumerable.Repeat(context.Root, beam)];
            for (var left = context.MaxTokens; left > 0 && live.Count == beam; left--)
            {
                var masks = live.ConvertAll(_ => new TokenMask(context.Model.VocabularySize, allowed: true));
                var started = Stopwatch.GetTimestamp();
                for (var i = 0; i < beam; i++) session.Restrict(live[i], left, masks[i]);
                if (walk >= walks / 2) (steps, took) = (steps + 1, took + Stopwatch.GetElapsedTime(started));
                // where one ends, another one goes on in its place
                for (var i = 0; i < beam; i++)
                {
                    masks[i][end] = false;
                    if (masks[i].Count > 0) live[i] = context.Tree.Append(live[i], Pick(masks[i], random));
                    else live[i] = -1;
                }
                live.RemoveAll(node => node < 0);
                for (var i = 0; live.Count > 0 && live.Count < beam; i++) live.Add(live[i]);
            }
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {beam} | {took.TotalMicroseconds / steps:0} | {took.TotalMicroseconds / steps / beam:0.0} |"));
    }

    private static GenerationContext Context(Tokenizer tokenizer, int end)
    {
        var facts = new ModelFacts { Name = "none", VocabularySize = tokenizer.VocabularySize, ContextLength = 1 << 20, EosIds = [end], TokenizerFingerprint = tokenizer.Fingerprint, Capabilities = ModelCapabilities.Masks };
        var tree = new TokenTree();
        return new() { Tree = tree, Root = tree.AddRoot([end]), Prompt = "", Tokenizer = tokenizer, Model = facts, MaxTokens = 120 };
    }

    private static void Measure(string name, TextConstraint constraint, Tokenizer tokenizer, int end, int walks)
    {
        var (before, after) = (new List<double>(), new List<double>());
        var plan = 0.0;
        for (var walk = 0; walk < walks; walk++)
        {
            var context = Context(tokenizer, end);
            var started = Stopwatch.GetTimestamp();
            using var session = constraint.Open(context);
            if (walk == 0) plan = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            Walk(context, session, end, new Random(walk), walk < walks / 2 ? before : after);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {plan:0} | {Row(before)} | {Row(after)} |"));
    }

    // few of the allowed tokens are looked at, as a model would choose: letters and marks rather than rare scripts
    private static void Walk(GenerationContext context, IConstraintSession session, int end, Random random, List<double> times)
    {
        var node = context.Root;
        for (var left = context.MaxTokens; left > 0; left--)
        {
            var mask = new TokenMask(context.Model.VocabularySize, allowed: true);
            var started = Stopwatch.GetTimestamp();
            session.Restrict(node, left, mask);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            var token = Pick(mask, random);
            if (token == end) return;
            node = context.Tree.Append(node, token);
        }
    }

    private static int Pick(TokenMask mask, Random random)
    {
        for (var attempt = 0; attempt < 200; attempt++)
            if (random.Next(3000) is var token && mask[token]) return token;
        var all = Enumerable.Range(0, mask.VocabularySize).Where(token => mask[token]).ToList();
        return all[random.Next(all.Count)];
    }

    private static string Row(List<double> times)
    {
        times.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{At(0.5):0} | {At(0.95):0} | {At(0.99):0} | {times.Count}");

        double At(double share) => times.Count == 0 ? 0 : times[Math.Min(times.Count - 1, (int)(share * times.Count))];
    }
}
