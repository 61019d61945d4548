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
    private const string Gated = "score";

    private readonly ReaderPool<Readout> _pool;
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
        var count = model.Facts.RewardCount - (_options.Gating?.Inputs ?? 0);
        if (count < 1) throw new ArgumentException($"the gate reads {_options.Gating?.Inputs} outputs; '{model.Facts.Name}' has {model.Facts.RewardCount} in all", nameof(options));
        Outputs = _options.Outputs ?? RewardOutput.Named(Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture)));
        if (Outputs.Count != count) throw new ArgumentException($"{Outputs.Count} outputs are named; '{model.Facts.Name}' has {count}", nameof(options));
        if (Outputs.Select(output => output.Name).Distinct(StringComparer.Ordinal).Count() < Outputs.Count) throw new ArgumentException("two outputs have the same name", nameof(options));
        foreach (var output in Outputs)
            if (!double.IsFinite(output.Scale) || output.Scale == 0 || !double.IsFinite(output.Offset)) throw new ArgumentException($"scale and offset of '{output.Name}' must be finite, and the scale not 0", nameof(options));
        if (_options.Steps is { Separator.Length: 0 }) throw new ArgumentException("the separator of steps is empty", nameof(options));
        if (_options is { Gating: not null, Steps: not null }) throw new ArgumentException("a gate reads whole answers, and can't be asked where steps end", nameof(options));
        int[] marker = _options.Gating is { } gating ? model.Tokenizer.Encode(gating.Marker, addSpecialTokens: false) : [];
        _pool = new(model, _options.Layout, (context, place, lease) => new Reader(context, place, lease, model.Facts.RewardCount, marker));
    }

    /// <summary>The head's outputs that are rewards.</summary>
    public IReadOnlyList<RewardOutput> Outputs { get; }

    /// <summary>One output as a heuristic.</summary>
    /// <param name="output">Its name, the end of its name after a hyphen where only one ends so, or its number from 0; null: the only one, or, where there is a gate, the score that it makes of all, which is called <c>score</c> too.</param>
    /// <exception cref="ArgumentException">No output, or more than one, is meant; the message lists them.</exception>
    public IHeuristic Output(string? output = null) => _options.Gating is { } gating && output is null or Gated ? new OutputHeuristic(this, gating) : new OutputHeuristic(this, Find(output));

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

    /// <summary>All outputs at a text's end, and those where its prompt ends, for a gate.</summary>
    private readonly record struct Readout(float[] End, float[] AtPrompt);

    /// <summary>Reads all outputs at a text's end.</summary>
    private sealed class Reader(GenerationContext context, TextPlace place, SessionLease lease, int count, int[] marker) : ModelReader<Readout>(context, place, lease)
    {
        protected override void Ask(int node, int leaf, Batch batch)
        {
            var (end, prompt) = (new float[count], marker.Length == 0 ? [] : new float[count]);
            batch.Requests.Add(new() { Node = leaf, Rewards = end });
            if (marker.Length > 0) batch.Requests.Add(new() { Node = PromptEnd(leaf), Rewards = prompt });
            batch.Done.Add(() => Set(node, new(end, prompt)));
        }

        // the node of the marker's first token
        private int PromptEnd(int leaf)
        {
            var found = Tree.Path(TokenTree.Empty, leaf).AsSpan().LastIndexOf(marker);
            if (found < 0) throw new InvalidOperationException("the gate reads where the prompt's turn ends, and what the reward reads has no such place: its layout must be the model's chat template");
            while (Tree.Depth(leaf) > found + 1) leaf = Tree.Parent(leaf);
            return leaf;
        }
    }

    private sealed class OutputHeuristic : IHeuristic
    {
        private readonly RewardModel _rewards;
        private readonly Func<Readout, double> _value;
        private readonly HeuristicBounds? _bounds;

        public OutputHeuristic(RewardModel rewards, int index)
        {
            var output = rewards.Outputs[index];
            (_rewards, _value, _bounds) = (rewards, read => output.Value(read.End[index]), output.Bounds);
            Name = rewards.Outputs.Count == 1 && rewards._options.Gating is null ? rewards._options.Name : $"{rewards._options.Name}#{output.Name}";
        }

        public OutputHeuristic(RewardModel rewards, RewardGating gating)
        {
            (_rewards, Name) = (rewards, $"{rewards._options.Name}#{Gated}");
            _value = read =>
            {
                var coefficients = gating.Coefficients(read.AtPrompt.AsMemory(^gating.Inputs..));
                if (coefficients.Count != rewards.Outputs.Count) throw new HeuristicException(Name, $"the gate gave {coefficients.Count} coefficients for {rewards.Outputs.Count} outputs");
                var sum = 0.0;
                for (var i = 0; i < coefficients.Count; i++) sum += coefficients[i] * rewards.Outputs[i].Value(read.End[i]);
                return sum;
            };
        }

        public string Name { get; }

        public IEnumerable<SessionNeed> Needs(GenerationContext context) => [_rewards._pool.Need(context)];

        public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default)
        {
            var ends = new ReaderSession<Readout>(_rewards._pool, context, sessions, (_, read) => Checked(_value(read)), Bounds);
            return new(_rewards._options.Steps is { } steps ? new StepSession<Readout>(ends, context, steps, _bounds ?? HeuristicBounds.Unbounded) : ends);
        }

        private HeuristicBounds Bounds(double? value, int length, int tokensLeft) =>
            tokensLeft == 0 && value is { } known ? new(known, known) : _bounds ?? HeuristicBounds.Unbounded;

        private double Checked(double value)
        {
            if (!double.IsFinite(value)) throw new HeuristicException(Name, $"it returned {value}; a value must be finite");
            // an interval that was promised and is left would make the search drop candidates that should win
            if (_bounds is { } bounds && !(value >= bounds.Least && value <= bounds.Greatest)) throw new HeuristicException(Name, $"it returned {value}, which is not in [{bounds.Least}, {bounds.Greatest}]");
            return value;
        }
    }
}
