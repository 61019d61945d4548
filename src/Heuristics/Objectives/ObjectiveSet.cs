namespace DecodeAlign.Heuristics;

/// <summary>
/// The objectives that a model was trained to be steered by, with their word lists and the constants of their z-scores, as they lie in the model's folder:
/// <c>objectives.json</c> and <c>lexicons/</c>. Immutable and safe for concurrent use.
/// </summary>
public sealed class ObjectiveSet
{
    private readonly Objective[] _all, _rewards;

    private ObjectiveSet(Objective[] objectives, Objective unseen, Objective[] rewards) => (Objectives, PositivityUnseen, _all, _rewards) = (objectives, unseen, [.. objectives, unseen], rewards);

    /// <summary>The names of the objectives, in the order of a preference direction's weights: positivity, brevity, dialogue, vividness.</summary>
    public static IReadOnlyList<string> Names { get; } = ["positivity", "brevity", "dialogue", "vividness"];

    /// <summary>The objectives in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<Objective> Objectives { get; }

    /// <summary><c>positivity-unseen</c>: positivity by the half of its word lists that no training selected with. It is for judging, not for searching.</summary>
    public Objective PositivityUnseen { get; }

    /// <summary>The objective with a name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public Objective this[string name] => Array.Find(_all, objective => objective.Name == name)
        ?? throw new ArgumentException($"there is no objective '{name}'; known are {string.Join(", ", _all.Select(objective => objective.Name))}", nameof(name));

    /// <summary>The objective with a name as a search is to see it: worth no more from the z-score on that 5 % of the model's plain answers reach (<see cref="Objective.Enough"/>), where its folder says which that is.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public Objective Reward(string name) => Array.Find(_rewards, objective => objective.Name == name)
        ?? throw new ArgumentException($"there is no objective '{name}'; known are {string.Join(", ", Names)}", nameof(name));

    /// <summary>Reads a model's objectives.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <exception cref="IOException">A file is missing, can't be read, or is too large; the message names it.</exception>
    /// <exception cref="FormatException">A file is broken; the message names it.</exception>
    public static ObjectiveSet Read(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var scales = ObjectiveScales.Read(Path.Combine(folder, "objectives.json"));
        var lexicons = Path.Combine(folder, "lexicons");
        Dictionary<string, int> Words(string positive, string? negative)
        {
            var values = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var word in LexiconFile.ReadWords(Path.Combine(lexicons, positive))) values[word] = 1;
            // a word of both lists cancels itself
            if (negative is not null)
                foreach (var word in LexiconFile.ReadWords(Path.Combine(lexicons, negative))) values[word] = values.GetValueOrDefault(word) == 1 ? 0 : -1;
            return values;
        }
        var (positivity, vividness) = (Words("positive-a.txt", "negative-a.txt"), Words("vivid.txt", null));
        Objective Make(string name, ObjectiveMeasure measure, Dictionary<string, int>? values = null, bool rewards = false) =>
            new(name, measure, scales[name].Mean, scales[name].Deviation, values, rewards ? scales[name].Enough : Objective.Clip);
        Objective[] All(bool rewards) =>
        [
            Make("positivity", ObjectiveMeasure.WordValues, positivity, rewards),
            Make("brevity", ObjectiveMeasure.Brevity, null, rewards),
            Make("dialogue", ObjectiveMeasure.Dialogue, null, rewards),
            Make("vividness", ObjectiveMeasure.WordValues, vividness, rewards),
        ];
        return new(All(rewards: false), Make("positivity-unseen", ObjectiveMeasure.WordValues, Words("positive-b.txt", "negative-b.txt")), All(rewards: true));
    }
}
