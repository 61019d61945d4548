using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using DecodeAlign.Evaluation;

namespace DecodeAlign.Cli;

/// <summary>Options that say what is evaluated: a suite, changed in parts, or a task of the user's own.</summary>
internal sealed class EvaluationArguments
{
    private readonly Option<string> _suite = new("--suite") { Description = $"What to run unless other options say so. {string.Join(" ", EvaluationSuite.All.Select(suite => $"{suite.Name}: {suite.Summary}"))} Default quick.", HelpName = string.Join('|', EvaluationSuite.All.Select(suite => suite.Name)), DefaultValueFactory = _ => "quick" };
    private readonly Option<string[]> _tasks = new("--task") { Description = $"A task instead of the suite's; may be given several times. {string.Join(" ", TaskCatalogue.All.Select(task => $"{task.Name}: {task.Summary}"))}", HelpName = "NAME" };
    private readonly Option<string[]> _decoders = Specs("--decoder", "A decoder to evaluate, instead of the suite's: NAME or NAME:setting=value,… (see: decodealign decoders). One whole-number setting may be fit: as much as a --budget allows. May be repeated.");
    private readonly Option<string[]> _baselines = Specs("--baseline", "A decoder to beat, in the same form.");
    private readonly Option<string[]> _references = Specs("--reference", "A decoder to report beside the others, in the same form.");
    private readonly Option<long[]> _budgets = new("--budget") { Description = "Token evaluations per text for fitted decoders; may be repeated. Default: the suite's.", HelpName = "N", CustomParser = Budgets };
    private readonly Option<int> _count = new("--count") { Description = "Prompts per task, of the split that is run. Default: the suite's.", HelpName = "N", CustomParser = Parsing.Integer };
    private readonly Option<int> _skip = new("--skip") { Description = "Prompts of the split to leave out before those that are counted, such as ones that a claim was made on already. Default 0.", HelpName = "N", CustomParser = Parsing.Integer };
    private readonly Option<string?> _prompts = new("--prompts") { Description = "A task of your own: JSON Lines, each with a \"prompt\", perhaps a \"split\" (dev or test), and fields that the specifications name as {field}. Needs --reward, --dev-judge and --test-judge.", HelpName = "FILE" };
    private readonly Option<string?> _reward = new("--reward") { Description = "With --prompts: the heuristic that searches rank by, such as coverage={words}.", HelpName = "SPEC" };
    private readonly Option<string?> _dev = new("--dev-judge") { Description = "With --prompts: the judge for tuning, a heuristic or one of covered, placed, in-range, ended-in-range, human, style, positivity-unseen.", HelpName = "SPEC" };
    private readonly Option<string?> _test = new("--test-judge") { Description = "With --prompts, or instead of one --task's own: the judge of the claim, another scorer than both.", HelpName = "SPEC" };
    private readonly Option<string?> _constraint = new("--constraint") { Description = "With --prompts: what must hold, such as must-include={words}.", HelpName = "SPEC" };
    private readonly Option<int> _maxTokens = new("--max-tokens") { Description = "Most tokens of a text. Default 40.", HelpName = "N", CustomParser = Parsing.Integer, DefaultValueFactory = _ => 40 };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of every random draw. Default 0.", HelpName = "S", CustomParser = Parsing.Seed };
    private readonly Option<(int Shard, int Shards)> _shard = new("--shard") { Description = "Run one part of several, such as 0/4; --add joins their files.", HelpName = "I/N", CustomParser = Shard, DefaultValueFactory = _ => (0, 1) };

    public void AddTo(HelpfulCommand command)
    {
        command.Add("What is compared", [_suite, _tasks, _decoders, _baselines, _budgets, _count], [_references, _skip, _maxTokens, _seed, _shard]);
        command.Add("A task of your own", [_prompts], [_reward, _dev, _test, _constraint]);
    }

    /// <summary>The plan.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="dev">The file of the run on dev prompts that has chosen what the test prompts are run with; null: this run tunes.</param>
    /// <exception cref="UsageException">Options do not go together.</exception>
    /// <exception cref="FormatException">A specification or a file can't be read.</exception>
    /// <exception cref="InvalidDataException">The run on dev prompts is not done, or of other tasks.</exception>
    public EvaluationPlan Read(ParseResult parsed, string? dev)
    {
        var suite = EvaluationSuite.Get(parsed.GetValue(_suite)!);
        var tasks = Tasks(parsed, suite, dev);
        var (shard, shards) = parsed.GetValue(_shard);
        var plan = dev is not null
            ? EvaluationReport.PlanTest(tasks, dev)
            : EvaluationPlan.ForTuning(tasks, Compared(parsed, suite), parsed.GetValue(_budgets) is { Length: > 0 } budgets ? budgets : suite.Budgets) with { Seed = parsed.GetValue(_seed) };
        return plan with { Shard = shard, Shards = shards };
    }

    private List<EvaluationTask> Tasks(ParseResult parsed, EvaluationSuite suite, string? dev)
    {
        if (parsed.GetValue(_prompts) is { } file) return [Own(parsed, file)];
        foreach (var option in (Option<string?>[])[_reward, _dev, _constraint])
            if (parsed.GetValue(option) is not null) throw new UsageException($"{option.Name} is for a task of your own: name its --prompts");
        var count = parsed.GetResult(_count) is null or { Implicit: true } ? (int?)null : parsed.GetValue(_count);
        var skip = parsed.GetValue(_skip);
        if (count is < 1 or > TaskCatalogue.MostPrompts) throw new UsageException($"--count: must be from 1 to {TaskCatalogue.MostPrompts}; it is {count}");
        IReadOnlyList<string> names = parsed.GetValue(_tasks) is { Length: > 0 } given ? given : dev is not null ? EvaluationReport.TasksOf(dev) : suite.Tasks;
        if (parsed.GetValue(_test) is not null && names.Count != 1) throw new UsageException($"{_test.Name} is the judge of one task: name it with --task, or your own --prompts");
        var all = skip + (count ?? (dev is null ? suite.Dev : suite.Test));
        if (skip < 0 || all > TaskCatalogue.MostPrompts) throw new UsageException($"--skip: must be from 0 to {TaskCatalogue.MostPrompts - all + skip}, of {TaskCatalogue.MostPrompts} prompts; it is {skip}");
        return [.. names.Select(name => TaskCatalogue.Get(name, dev is null ? all : 0, dev is null ? 0 : all)).Select(task => task with
        {
            Dev = [.. task.Dev.Skip(skip)], Test = [.. task.Test.Skip(skip)], TestJudge = parsed.GetValue(_test) ?? task.TestJudge, MaxTokens = MaxTokens(parsed),
        })];
    }

    private EvaluationTask Own(ParseResult parsed, string file)
    {
        if (parsed.GetValue(_tasks) is { Length: > 0 }) throw new UsageException("give --task or --prompts, not both");
        string Needed(Option<string?> option) => parsed.GetValue(option) ?? throw new UsageException($"--prompts needs {option.Name}");
        var (dev, test) = PromptFile.Read(file);
        var most = parsed.GetResult(_count) is null or { Implicit: true } ? int.MaxValue : parsed.GetValue(_count);
        return new()
        {
            Name = Path.GetFileNameWithoutExtension(file), Reward = Needed(_reward), DevJudge = Needed(_dev), TestJudge = Needed(_test), Constraint = parsed.GetValue(_constraint),
            MaxTokens = MaxTokens(parsed), Dev = [.. dev.Take(most)], Test = [.. test.Take(most)],
        };
    }

    private int MaxTokens(ParseResult parsed) => parsed.GetValue(_maxTokens) is >= 1 and var tokens ? tokens : throw new UsageException("--max-tokens: must be at least 1");

    private IReadOnlyList<ComparedDecoder> Compared(ParseResult parsed, EvaluationSuite suite)
    {
        (Option<string[]> Option, DecoderRole Role)[] options = [(_references, DecoderRole.Reference), (_baselines, DecoderRole.Baseline), (_decoders, DecoderRole.Search)];
        return [.. options.SelectMany(option => parsed.GetValue(option.Option) is { Length: > 0 } given ? given.Select(decoder => new ComparedDecoder(decoder, option.Role)) : suite.Compared.Where(decoder => decoder.Role == option.Role))];
    }

    private static Option<string[]> Specs(string name, string description) => new(name) { Description = description, HelpName = "SPEC" };

    private static long[] Budgets(ArgumentResult result)
    {
        var budgets = new List<long>();
        foreach (var token in result.Tokens)
        {
            if (long.TryParse(token.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var budget) && budget > 0) budgets.Add(budget);
            else result.AddError($"--budget: '{token.Value}' is not a whole number above 0.");
        }
        return [.. budgets];
    }

    private static (int, int) Shard(ArgumentResult result)
    {
        var parts = result.Tokens[^1].Value.Split('/');
        if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var shard) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var shards) && shard < shards) return (shard, shards);
        result.AddError($"--shard: '{result.Tokens[^1].Value}' is not I/N with I from 0 to N − 1.");
        return (0, 1);
    }
}
