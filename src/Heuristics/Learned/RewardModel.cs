using System.Globalization;
using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>
/// A learned reward: a checkpoint with a score head (one or many outputs) that reads prompt and text, each output a heuristic. All outputs of a text come from one evaluation, and of a text
/// only tokens that were not evaluated before are. With the search's tokenizer and <see cref="TextLayout.Plain"/> it works on the search's own tree; with a layout, on the same
/// tokens after another beginning; with another tokenizer the text is tokenised anew, and the longest common prefix with texts read before is used again.
/// </summary>
/// <remarks>Safe for concurrent requests. Memory of the model is reserved when a search begins, twice the search's own number of tokens where the tree is not shared.</remarks>
public sealed class RewardModel
{
    private readonly ReaderPool<float[]> _pool;
    private readonly RewardModelOptions _options;

    /// <summary>Makes the rewards of a model.</summary>
    /// <param name="model">A model with <see cref="ModelCapabilities.Rewards"/>; the caller keeps ownership, and disposes it after the last search.</param>
    /// <param name="options">How it is asked; null: the defaults.</param>
    /// <exception cref="NotSupportedException">The model has no reward head.</exception>
    /// <exception cref="ArgumentException">The outputs are not as many as the head has, two have one name, or one's numbers are not finite.</exception>
    public RewardModel(ILanguageModel model, RewardModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _options = options ?? new();
        if (!model.Facts.Capabilities.HasFlag(ModelCapabilities.Rewards)) throw new NotSupportedException($"the model '{model.Facts.Name}' has no reward head");
        Outputs = _options.Outputs ?? RewardOutput.Named(Enumerable.Range(0, model.Facts.RewardCount).Select(i => i.ToString(CultureInfo.InvariantCulture)));
        if (Outputs.Count != model.Facts.RewardCount) throw new ArgumentException($"{Outputs.Count} outputs are named; '{model.Facts.Name}' has {model.Facts.RewardCount}", nameof(options));
        if (Outputs.Select(output => output.Name).Distinct(StringComparer.Ordinal).Count() < Outputs.Count) throw new ArgumentException("two outputs have the same name", nameof(options));
        foreach (var output in Outputs)
            if (!double.IsFinite(output.Scale) || output.Scale == 0 || !double.IsFinite(output.Offset)) throw new ArgumentException($"scale and offset of '{output.Name}' must be finite, and the scale not 0", nameof(options));
        if (_options.Steps is { Separator.Length: 0 }) throw new ArgumentException("the separator of steps is empty", nameof(options));
        _pool = new(model, _options.Layout, (context, place, lease) => new Reader(context, place, lease, model.Facts.RewardCount));
    }

    /// <summary>The head's outputs.</summary>
    public IReadOnlyList<RewardOutput> Outputs { get; }

    /// <summary>One output as a heuristic.</summary>
    /// <param name="output">Its name, the end of its name after a hyphen where only one ends so, or its number from 0; null: the only one.</param>
    /// <exception cref="ArgumentException">No output, or more than one, is meant; the message lists them.</exception>
    public IHeuristic Output(string? output = null) => new OutputHeuristic(this, Find(output));

    private int Find(string? name)
    {
        if (name is null && Outputs.Count == 1) return 0;
        int[] found = [.. Enumerable.Range(0, Outputs.Count).Where(i => Outputs[i].Name == name)];
        if (found.Length == 0) found = [.. Enumerable.Range(0, Outputs.Count).Where(i => Outputs[i].Name.EndsWith("-" + name, StringComparison.Ordinal))];
        if (found.Length == 0 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Outputs.Count) found = [number];
        if (found.Length == 1) return found[0];
        var all = string.Join(", ", Outputs.Select(output => output.Name));
        throw new ArgumentException(name is null ? $"the reward has several outputs: name one of {all}" : $"'{name}' is {(found.Length == 0 ? "no output" : "more than one output")} of the reward; it has {all}", nameof(name));
    }

    /// <summary>Reads all outputs at a text's end.</summary>
    private sealed class Reader(GenerationContext context, TextPlace place, SessionLease lease, int count) : ModelReader<float[]>(context, place, lease)
    {
        protected override void Ask(int node, int leaf, Batch batch)
        {
            var outputs = new float[count];
            batch.Requests.Add(new() { Node = leaf, Rewards = outputs });
            batch.Done.Add(() => Set(node, outputs));
        }
    }

    private sealed class OutputHeuristic(RewardModel rewards, int index) : IHeuristic
    {
        private readonly RewardOutput _output = rewards.Outputs[index];

        public string Name { get; } = rewards.Outputs.Count == 1 ? rewards._options.Name : $"{rewards._options.Name}#{rewards.Outputs[index].Name}";

        public IEnumerable<SessionNeed> Needs(GenerationContext context) => [rewards._pool.Need(context)];

        public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default)
        {
            var ends = new ReaderSession<float[]>(rewards._pool, context, sessions, (_, outputs) => Checked(_output.Value(outputs[index])), Bounds);
            return new(rewards._options.Steps is { } steps ? new StepSession<float[]>(ends, context, steps, _output.Bounds ?? HeuristicBounds.Unbounded) : ends);
        }

        private HeuristicBounds Bounds(double? value, int length, int tokensLeft) =>
            tokensLeft == 0 && value is { } known ? new(known, known) : _output.Bounds ?? HeuristicBounds.Unbounded;

        private double Checked(double value)
        {
            if (!double.IsFinite(value)) throw new HeuristicException(Name, $"it returned {value}; a value must be finite");
            // an interval that was promised and is left would make the search drop candidates that should win
            if (_output.Bounds is { } bounds && !(value >= bounds.Least && value <= bounds.Greatest)) throw new HeuristicException(Name, $"it returned {value}, which is not in [{bounds.Least}, {bounds.Greatest}]");
            return value;
        }
    }
}
