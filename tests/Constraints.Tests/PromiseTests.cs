using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A text is finished within its limit and meets its constraint, whatever is chosen among the allowed tokens; or the request is refused at the start.</summary>
public class PromiseTests
{
    private static readonly int Times = Environment.GetEnvironmentVariable("DECODEALIGN_PROOF") switch { "long" => 11, "middle" => 3, _ => 1 };

    [Theory]
    [InlineData("words", 4000, 1200)]
    [InlineData("patterns", 1500, 150)]
    [InlineData("grammars", 1500, 300)]
    [InlineData("schemas", 300, 100)]
    public void Allowed_UniformlyRandomChoices_AlwaysEndWell(string kind, int cases, int least)
    {
        var finished = 0;
        for (var seed = 0; seed < cases * Times; seed++)
        {
            PromiseCase? test = kind switch
            {
                "grammars" => new GrammarCase(seed, mostTokens: 10, limit: 20),
                "schemas" => SchemaCase.Make(seed),
                _ => new ConstraintCase(seed, mostTokens: 20, limit: 24, parts: true, reserves: true, patterns: kind == "patterns"),
            };
            if (test is null) continue;
            var context = test.Context();
            if (Open(test, context) is not { } session) continue;
            if (Walk(test, context, session, new Random(seed)) is { } fault) Assert.Fail($"case {seed}: {test}: {fault}");
            finished++;
        }
        Assert.InRange(finished, least * Times, cases * Times);
    }

    [Theory]
    [InlineData("words", 1500, 300)]
    [InlineData("patterns", 500, 30)]
    [InlineData("grammars", 500, 60)]
    public void AllowedAndNeeded_TinyVocabularies_EqualBruteForce(string kind, int cases, int least)
    {
        var (finished, refused) = (0, 0);
        for (var seed = 0; seed < cases * Times; seed++)
        {
            PromiseCase test = kind == "grammars"
                ? new GrammarCase(seed, mostTokens: 3, limit: 5)
                : new ConstraintCase(seed, mostTokens: 3, limit: 5, parts: kind == "patterns", reserves: false, patterns: kind == "patterns");
            var context = test.Context();
            var brute = new BruteForce(test);
            if (Open(test, context) is not { } session)
            {
                Assert.True(brute.Needed([], test.MaxTokens) > test.MaxTokens, $"case {seed} refused: {test}");
                refused++;
                continue;
            }
            CompareBelow(test, brute, context, session, context.Root, [], test.MaxTokens, seed);
            finished++;
        }
        Assert.True(finished > least * Times && refused > cases / 10 * Times, $"{finished} finished, {refused} refused");
    }

    private static IConstraintSession? Open(PromiseCase test, GenerationContext context)
    {
        try
        {
            var session = test.Constraint.Open(context);
            return session.TokensNeeded(context.Root) <= test.MaxTokens ? session : null;
        }
        catch (UnsatisfiableConstraintException)
        {
            return null;
        }
    }

    private static string? Walk(PromiseCase test, GenerationContext context, IConstraintSession session, Random random)
    {
        var (node, path) = (context.Root, new List<int>());
        for (var left = test.MaxTokens; ; left--)
        {
            if (session.TokensNeeded(node) > left) return $"needs {session.TokensNeeded(node)} of {left} after {string.Join(',', path)}";
            if (left == 0) return "did not end";
            if (session.Accepts(node) != test.Meets(path)) return $"accepts {session.Accepts(node)} after {string.Join(',', path)}";
            var allowed = Allowed(context, session, node, left);
            if (allowed.Count == 0) return $"no token after {string.Join(',', path)}";
            var token = allowed[random.Next(allowed.Count)];
            node = context.Tree.Append(node, token);
            if (token != PromiseCase.Eos)
            {
                path.Add(token);
                continue;
            }
            if (session.TokensNeeded(node) != 0 || !session.Accepts(node)) return "ended, but does not know it";
            return test.Meets(path) ? null : $"ended in \"{context.Text(node)}\"";
        }
    }

    private static void CompareBelow(PromiseCase test, BruteForce brute, GenerationContext context, IConstraintSession session, int node, int[] path, int left, int seed)
    {
        var where = $"case {seed} after {string.Join(',', path)} with {left} left: {test}";
        Assert.True(Math.Min(session.TokensNeeded(node), left + 1) == brute.Needed(path, left), $"needs {session.TokensNeeded(node)}, {where}");
        if (left == 0) return;
        var allowed = Allowed(context, session, node, left);
        var expected = Enumerable.Range(0, test.Tokenizer.VocabularySize).Where(token =>
            token == PromiseCase.Eos ? test.Meets(path) : brute.Needed([.. path, token], left - 1) <= left - 1);
        Assert.True(allowed.SequenceEqual(expected), $"allows {string.Join(',', allowed)}, {where}");
        foreach (var token in allowed)
            if (token != PromiseCase.Eos) CompareBelow(test, brute, context, session, context.Tree.Append(node, token), [.. path, token], left - 1, seed);
    }

    private static List<int> Allowed(GenerationContext context, IConstraintSession session, int node, int left)
    {
        var mask = new TokenMask(context.Model.VocabularySize, allowed: true);
        var narrowed = session.Restrict(node, left, mask);
        Assert.Equal(mask.Count < mask.VocabularySize, narrowed);
        return [.. Enumerable.Range(0, mask.VocabularySize).Where(token => mask[token])];
    }

    /// <summary>The least number of tokens that end a text well, by trying all of them.</summary>
    private sealed class BruteForce(PromiseCase test)
    {
        private readonly Dictionary<string, int> _known = [];

        /// <summary>Tokens needed after a path, or one more than are left.</summary>
        public int Needed(int[] path, int left)
        {
            if (left == 0) return 1;
            var key = $"{left}:{string.Join(',', path)}";
            if (_known.TryGetValue(key, out var needed)) return needed;
            needed = left + 1;
            if (test.Meets(path)) needed = 1;
            else
                for (var token = 1; token < test.Tokenizer.VocabularySize; token++) needed = Math.Min(needed, 1 + Needed([.. path, token], left - 1));
            _known.Add(key, needed);
            return needed;
        }
    }
}
