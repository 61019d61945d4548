namespace DecodeAlign.Constraints;

/// <summary>
/// How calls of tools stand in a model's text: <see cref="Begin"/>, an object of the tool's name and its arguments, <see cref="End"/>; at most a line end between them. Several calls follow each other with
/// <see cref="Separator"/> between them. Immutable.
/// </summary>
public sealed record ToolCallFormat
{
    /// <summary><c>&lt;tool_call&gt;{"name": …, "arguments": …}&lt;/tool_call&gt;</c>: Qwen 2.5 and 3, Hermes and many others.</summary>
    public static ToolCallFormat Hermes { get; } = new() { Begin = "<tool_call>", End = "</tool_call>" };

    /// <summary><c>{"name": …, "parameters": …}</c>: Llama 3.1 to 3.3.</summary>
    public static ToolCallFormat Llama { get; } = new() { ArgumentsKey = "parameters", Separator = "; " };

    /// <summary>What a call begins with; empty (default): with its object, and then only at the start of the text.</summary>
    public string Begin { get; init; } = "";

    /// <summary>What a call ends with. Default: nothing.</summary>
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
        var line = Begin.Length > 0 ? "\n" : "";
        return $"{Begin}{line}{{{JsonStrings.Encode(NameKey)}: {JsonStrings.Encode(call.Name)}, {JsonStrings.Encode(ArgumentsKey)}: {call.Arguments}}}{line}{End}";
    }

    /// <summary>What tells a call from other text where it begins.</summary>
    internal string Trigger => Begin.Length > 0 ? Begin : $"{{{JsonStrings.Encode(NameKey)}:";
}
