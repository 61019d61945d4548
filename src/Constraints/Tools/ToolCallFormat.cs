namespace DecodeAlign.Constraints;

/// <summary>
/// How calls of tools stand in a model's text: <see cref="Marker"/> and <see cref="Open"/> once; then each call, as <see cref="Begin"/>, an object of the tool's name and its arguments, and <see cref="End"/>, with at most a
/// line end between them and <see cref="Separator"/> between calls; and <see cref="Close"/>. Immutable.
/// </summary>
public sealed record ToolCallFormat
{
    /// <summary><c>&lt;tool_call&gt;{"name": …, "arguments": …}&lt;/tool_call&gt;</c>: Qwen 2.5 and 3, Hermes and many others.</summary>
    public static ToolCallFormat Hermes { get; } = new() { Begin = "<tool_call>", End = "</tool_call>" };

    /// <summary><c>{"name": …, "parameters": …}</c>: Llama 3.1 to 3.3.</summary>
    public static ToolCallFormat Llama { get; } = new() { ArgumentsKey = "parameters", Separator = "; " };

    /// <summary><c>[TOOL_CALLS][{"name": …, "arguments": …}]</c>: Mistral's models with the third to the seventh version of its tokenizer, such as Mistral 7B 0.3, Nemo, Large 2407 and Small 2501.</summary>
    public static ToolCallFormat Mistral { get; } = new() { Marker = "[TOOL_CALLS]", Open = "[", Close = "]", Separator = ", " };

    /// <summary>
    /// What stands once before all calls: the vocabulary's token of this text, which may be a control token without text, or the same spelled out; at most a space follows it. Default: nothing.
    /// </summary>
    public string Marker { get; init; } = "";

    /// <summary>What stands once before the first call, behind the <see cref="Marker"/>. Default: nothing.</summary>
    public string Open { get; init; } = "";

    /// <summary>What stands once after the last call. Default: nothing.</summary>
    public string Close { get; init; } = "";

    /// <summary>What each call begins with; empty (default): with its object, and then only at the start of the text unless there is a <see cref="Marker"/>.</summary>
    public string Begin { get; init; } = "";

    /// <summary>What each call ends with. Default: nothing.</summary>
    public string End { get; init; } = "";

    /// <summary>What stands between calls. Default: a line feed.</summary>
    public string Separator { get; init; } = "\n";

    /// <summary>The property that holds the tool's name. Default: <c>name</c>.</summary>
    public string NameKey { get; init; } = "name";

    /// <summary>The property that holds the arguments. Default: <c>arguments</c>.</summary>
    public string ArgumentsKey { get; init; } = "arguments";

    /// <summary>The text of one call.</summary>
    /// <param name="call">The call.</param>
    public string Write(ToolCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return WriteAll([call]);
    }

    /// <summary>The text of several calls, one after the other.</summary>
    /// <param name="calls">The calls; at least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public string WriteAll(IReadOnlyList<ToolCall> calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        return calls.Count == 0 ? throw new ArgumentException("there is no call to write", nameof(calls)) : $"{Marker}{Open}{string.Join(Separator, calls.Select(Item))}{Close}";
    }

    /// <summary>Texts that calls begin with, which no other text may hold: the marker, and, since it may be a token without text, what follows it.</summary>
    internal IReadOnlyList<string> Triggers => Marker.Length > 0 ? [Marker, $" {First}", First] : [First];

    /// <summary>Whether calls can be told from text that stands before them.</summary>
    internal bool MayFollowText => Marker.Length > 0 || Begin.Length > 0;

    private string First => $"{Open}{(Begin.Length > 0 ? Begin : $"{{{JsonStrings.Encode(NameKey)}:")}";

    private string Item(ToolCall call)
    {
        var line = Begin.Length > 0 ? "\n" : "";
        return $"{Begin}{line}{{{JsonStrings.Encode(NameKey)}: {JsonStrings.Encode(call.Name)}, {JsonStrings.Encode(ArgumentsKey)}: {call.Arguments}}}{line}{End}";
    }
}
