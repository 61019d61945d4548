using DecodeAlign.Decoding;

namespace DecodeAlign.Evaluation;

/// <summary>A task that can be asked for by name; it needs nothing but the embedded model and what ships with this library.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What is asked of a text, in a sentence.</param>
public sealed record TaskDescription(string Name, string Summary)
{
    internal Func<int, int, EvaluationTask> Make { get; init; } = null!;
}

/// <summary>The tasks by name. Their prompts are openings of children's stories, put together from parts; dev prompts and test prompts are disjoint whatever their numbers.</summary>
public static class TaskCatalogue
{
    /// <summary>Most prompts of a split.</summary>
    public const int MostPrompts = 5000;

    private static readonly string[] Nouns =
    [
        "ball", "bear", "bed", "bike", "bird", "boat", "book", "box", "boy", "bug", "cake", "car", "cat", "chair", "cloud", "cookie", "cow", "cup", "dog", "doll",
        "door", "dress", "duck", "egg", "farm", "fish", "flower", "fox", "friend", "frog", "garden", "girl", "hat", "hill", "horse", "house", "king", "kite", "lake", "leaf",
        "lion", "moon", "mouse", "park", "pig", "rabbit", "river", "rock", "room", "school", "shirt", "shoe", "spoon", "star", "stick", "table", "toy", "train", "tree", "truck",
    ];

    private static readonly Lazy<string[]> Prompts = new(() => StoryOpenings.Make(2 * MostPrompts));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TaskDescription> All { get; } =
    [
        Stories("sentiment", "Positive words, by half A of a lexicon; judged by half B, and by a classifier of words in books.", "positivity=default", "positivity-unseen=default", "style=positivity:books"),
        Stories("brevity", "Short sentences; judged by a school grade, and by a classifier of words in books.", "brevity=default", "grade=0", "style=brevity:books"),
        Stories("dialogue", "Speech in quotes; judged by classifiers of words in stories, and in books.", "dialogue=default", "style=dialogue:stories", "style=dialogue:books"),
        Stories("vividness", "Concrete and sensory words; judged by classifiers of other words in stories, and in books.", "vividness=default", "style=vividness:stories", "style=vividness:books"),
        Words("keywords", "Two nouns, wished for; judged by other code, and by whether they stand as words do.", 2, "coverage={words}", "covered={words}", "placed={words}", null),
        Words("required", "Three nouns that must occur; judged by how far the text is from human text under models of bytes.", 3, "coverage={words}", "human=stories", "human=books", "must-include={words}"),
        Stories("length", "18 to 22 words; judged by other code, and by whether the text also ends its sentence.", "length=18..22", "in-range=18..22", "ended-in-range=18..22"),
    ];

    /// <summary>A task by name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="dev">Dev prompts, from 0 to <see cref="MostPrompts"/>; the first of them are the same for every number.</param>
    /// <param name="test">Test prompts, likewise.</param>
    /// <exception cref="ArgumentException">There is no such task, or the numbers are out of range.</exception>
    public static EvaluationTask Get(string name, int dev, int test)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dev);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dev, MostPrompts);
        ArgumentOutOfRangeException.ThrowIfNegative(test);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(test, MostPrompts);
        var task = All.FirstOrDefault(task => task.Name == name) ?? throw new ArgumentException($"there is no task '{name}'; there are {string.Join(", ", All.Select(task => task.Name))}", nameof(name));
        return task.Make(dev, test);
    }

    private static TaskDescription Stories(string name, string summary, string reward, string dev, string test) => new(name, summary)
    {
        Make = (devs, tests) => new() { Name = name, Reward = reward, DevJudge = dev, TestJudge = test, Dev = Openings(0, devs, _ => []), Test = Openings(MostPrompts, tests, _ => []) },
    };

    private static TaskDescription Words(string name, string summary, int count, string reward, string dev, string test, string? constraint) => new(name, summary)
    {
        Make = (devs, tests) => new()
        {
            Name = name, Reward = reward, DevJudge = dev, TestJudge = test, Constraint = constraint, Asks = true,
            Dev = Openings(0, devs, i => new() { ["words"] = Draw(i, count) }), Test = Openings(MostPrompts, tests, i => new() { ["words"] = Draw(i, count) }),
        },
    };

    private static TaskPrompt[] Openings(int first, int count, Func<int, Dictionary<string, string>> fields) => [.. Enumerable.Range(first, count).Select(i => new TaskPrompt(Prompts.Value[i], fields(i)))];

    // nouns that the opening does not hold
    private static string Draw(int prompt, int count)
    {
        var held = TextStatistics.Words(Prompts.Value[prompt]);
        return string.Join(',', Nouns.Where(noun => !held.Contains(noun)).OrderBy(noun => Randomness.Uniform(20_251_021, (ulong)prompt, DrawPurpose.Selection, (ulong)Array.IndexOf(Nouns, noun))).Take(count).Select(noun => noun + "~"));
    }
}
