namespace DecodeAlign.Server;

/// <summary>An error as OpenAI's clients read it.</summary>
/// <param name="Error">The error.</param>
internal sealed record ErrorResponse(ErrorDetails Error);

/// <summary>What is wrong.</summary>
/// <param name="Message">In plain words.</param>
/// <param name="Type">The kind of error.</param>
/// <param name="Param">The field that is meant; null: none.</param>
/// <param name="Code">A word for programs; null: none.</param>
internal sealed record ErrorDetails(string Message, string Type, string? Param, string? Code);
