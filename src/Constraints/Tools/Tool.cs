namespace DecodeAlign.Constraints;

/// <summary>A function that a model may call.</summary>
/// <param name="Name">Its name, as the model writes it.</param>
/// <param name="Parameters">What its arguments have to be valid against, an object.</param>
public sealed record Tool(string Name, JsonSchema Parameters);

/// <summary>A call that a model wrote.</summary>
/// <param name="Name">Name of the tool.</param>
/// <param name="Arguments">Its arguments, a JSON text.</param>
public sealed record ToolCall(string Name, string Arguments);

/// <summary>What a model answered where it might call tools.</summary>
/// <param name="Text">What stands before the calls, or all of it where there are none.</param>
/// <param name="Calls">The calls, in their order.</param>
public sealed record ToolReply(string Text, IReadOnlyList<ToolCall> Calls);
