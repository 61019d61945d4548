using System.Text;

namespace DecodeAlign.Constraints;

/// <summary>
/// The generated text calls tools, each with arguments that its schema allows, or is an answer without calls; which of them is the model's choice, unless a call is required. Where a text without a form of its own
/// may be written, it holds no beginning of a call that is not one.
/// </summary>
public sealed class ToolCalls : TextConstraint
{
    /// <summary>Most tools.</summary>
    public const int MostTools = 1000;

    private readonly Dictionary<string, Tool> _tools = new(StringComparer.Ordinal);
    private readonly ToolCallOptions _options;

    /// <summary>Makes the constraint.</summary>
    /// <param name="tools">The tools, of different names; at least one, at most 1000.</param>
    /// <param name="options">When they are called, and what is answered otherwise; null (default): the defaults of <see cref="ToolCallOptions"/>.</param>
    /// <param name="cancellationToken">Ends the work, which may take seconds.</param>
    /// <exception cref="ArgumentException">There is no tool, two have one name, an option is out of its range, the answer's form is of another kind, or all of it together is too large.</exception>
    /// <exception cref="OperationCanceledException">The work was ended.</exception>
    public ToolCalls(IReadOnlyList<Tool> tools, ToolCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tools);
        using var scope = Cancellation.By(cancellationToken);
        _options = options ?? new();
        if (tools.Count is 0 or > MostTools) throw new ArgumentException($"from 1 to {MostTools} tools are expected, not {tools.Count}", nameof(tools));
        if (_options.MostCalls < 1) throw new ArgumentException($"{nameof(ToolCallOptions.MostCalls)} must be at least 1; it is {_options.MostCalls}", nameof(options));
        foreach (var tool in tools)
            if (!_tools.TryAdd(tool.Name, tool)) throw new ArgumentException($"two tools are named '{tool.Name}'", nameof(tools));
        Name = $"{(_options.IsRequired ? "a call of" : "may call")} {string.Join(", ", tools.Take(4).Select(tool => Short.Of(tool.Name)))}{(tools.Count > 4 ? ", …" : "")}";
        try
        {
            var grammar = Grammar.Compile(ToolCallRules.Write(tools, _options, asTexts: false));
            Rules = _options.Format.Marker is not { Length: > 0 } marker ? new() { Grammar = grammar } : new()
            {
                Grammar = grammar,
                Tokens = [new(marker, 0) { IsOptional = true }],
                WithoutTokens = Grammar.Compile(ToolCallRules.Write(tools, _options, asTexts: true)),
            };
        }
        catch (PatternException fault)
        {
            throw new ArgumentException($"{Name}: {fault.Message}", nameof(tools));
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    internal override TextRules Rules { get; }

    /// <summary>Takes a text apart. One that was cut short, and whose calls do not all end, is text and no calls.</summary>
    /// <param name="text">The generated text.</param>
    public ToolReply Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var begin = Begin(text);
        return begin >= 0 && ToolCallReader.Read(Encoding.UTF8.GetBytes(text[begin..]), _options.Format, _tools.ContainsKey) is { } calls ? new(text[..begin], calls) : new(text, []);
    }

    /// <summary>How many of a text's first characters are no part of a call, whatever follows the text: what may be shown while it is being written.</summary>
    /// <param name="text">The beginning of a generated text.</param>
    public int LengthBeforeCalls(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Begin(text) is >= 0 and var begin) return begin;
        var triggers = _options.Format.Triggers;
        if (!MayBeginLater) return triggers.Any(trigger => trigger.StartsWith(text, StringComparison.Ordinal)) ? 0 : text.Length;
        for (var held = Math.Min(triggers.Max(trigger => trigger.Length) - 1, text.Length); held > 0; held--)
            if (triggers.Any(trigger => held < trigger.Length && trigger.AsSpan().StartsWith(text.AsSpan(text.Length - held)))) return text.Length - held;
        return text.Length;
    }

    private bool MayBeginLater => !_options.IsRequired && _options.Answer is null && _options.Format.MayFollowText;

    private int Begin(string text)
    {
        var triggers = _options.Format.Triggers;
        if (!MayBeginLater) return triggers.Any(trigger => text.StartsWith(trigger, StringComparison.Ordinal)) ? 0 : -1;
        return triggers.Select(trigger => text.IndexOf(trigger, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
    }
}
