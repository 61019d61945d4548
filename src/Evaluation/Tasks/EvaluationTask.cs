using System.Text.RegularExpressions;

namespace DecodeAlign.Evaluation;

/// <summary>A prompt of a task, with what its specifications are filled in by.</summary>
/// <param name="Text">What the text goes on from.</param>
/// <param name="Fields">Values for the <c>{name}</c>s of the task's specifications, such as words that differ from prompt to prompt.</param>
public sealed record TaskPrompt(string Text, IReadOnlyDictionary<string, string> Fields);

/// <summary>
/// What decoders are compared on: prompts, the reward that searches rank by, and two judges that they never see, each by its specification. One judge is for tuning, the other is opened once, on prompts of its own. Immutable.
/// </summary>
public sealed partial record EvaluationTask
{
    /// <summary>The name in files and reports.</summary>
    public required string Name { get; init; }

    /// <summary>What is ranked by: a heuristic's specification, in which <c>{name}</c> stands for a field of the prompt.</summary>
    public required string Reward { get; init; }

    /// <summary>The judge by which decoders are tuned (<see cref="JudgeParser"/>).</summary>
    public required string DevJudge { get; init; }

    /// <summary>The judge of the claim, of other data or another kind; the task's primary scorer. It is not asked before it is opened.</summary>
    public required string TestJudge { get; init; }

    /// <summary>What must hold, as a constraint's specification; null (default): nothing.</summary>
    public string? Constraint { get; init; }

    /// <summary>Whether the model is asked for the reward in the prompt, where the heuristic has words for that. Default false.</summary>
    public bool Asks { get; init; }

    /// <summary>Most tokens of a text, at least 1. Default 40.</summary>
    public int MaxTokens { get; init; } = 40;

    /// <summary>Prompts for tuning.</summary>
    public required IReadOnlyList<TaskPrompt> Dev { get; init; }

    /// <summary>Prompts for the claim; none of them is among <see cref="Dev"/>.</summary>
    public required IReadOnlyList<TaskPrompt> Test { get; init; }

    /// <summary>Checks that the three scorers differ, that they can be read, and that no prompt is in both splits.</summary>
    /// <exception cref="FormatException">The task is not one that can tell anything; the message says why.</exception>
    public void Validate()
    {
        (string Role, string Spec)[] scorers = [("the reward", Reward), ("the dev judge", DevJudge), ("the test judge", TestJudge)];
        foreach (var (first, second) in new[] { (0, 1), (0, 2), (1, 2) })
            if (ScorerIdentity.Of(scorers[first].Spec) == ScorerIdentity.Of(scorers[second].Spec))
                throw new FormatException($"task {Name}: {scorers[first].Role} and {scorers[second].Role} are the same scorer, '{scorers[second].Spec}': what is judged by what was maximised, or tuned by, says nothing");
        if (MaxTokens < 1) throw new FormatException($"task {Name}: a text has at least 1 token; it is {MaxTokens}");
        if (Dev.Count + Test.Count == 0) throw new FormatException($"task {Name}: has no prompts");
        var dev = Dev.Select(Key).ToHashSet(StringComparer.Ordinal);
        if (Test.FirstOrDefault(prompt => dev.Contains(Key(prompt))) is { } both) throw new FormatException($"task {Name}: the prompt '{both.Text}' is in both splits; test prompts must be new");
        foreach (var prompt in Dev.Take(1).Concat(Test.Take(1)))
        {
            Heuristics.HeuristicParser.Parse(Fill(Reward, prompt));
            foreach (var judge in new[] { DevJudge, TestJudge }) JudgeParser.Parse(Fill(judge, prompt));
            if (Constraint is not null) Constraints.ConstraintParser.Parse(Fill(Constraint, prompt));
        }
    }

    /// <summary>A specification for one prompt.</summary>
    /// <exception cref="FormatException">The prompt lacks a field that it names.</exception>
    internal string Fill(string template, TaskPrompt prompt) => Field().Replace(template, match => prompt.Fields.TryGetValue(match.Groups[1].Value, out var value)
        ? value
        : throw new FormatException($"task {Name}: '{template}' names {match.Value}, which the prompt '{prompt.Text}' does not have"));

    private static string Key(TaskPrompt prompt) => string.Join('\u0001', [prompt.Text, .. prompt.Fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value}")]);

    [GeneratedRegex(@"\{([A-Za-z]+)\}")]
    private static partial Regex Field();
}
