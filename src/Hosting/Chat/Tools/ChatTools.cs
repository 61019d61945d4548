using System.Runtime.CompilerServices;
using System.Text.Json;
using DecodeAlign.Constraints;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>The tools of a chat request: what the model is told of them, and the constraint that its calls are written under.</summary>
/// <param name="Functions">The tools that the model is told of.</param>
/// <param name="Format">How it writes calls.</param>
/// <param name="Calls">The constraint.</param>
internal sealed record ChatTools(IReadOnlyList<AIFunctionDeclaration> Functions, ToolCallFormat Format, ToolCalls Calls)
{
    private const int MostKept = 8;

    private static readonly ConditionalWeakTable<AIFunctionDeclaration, JsonSchema> Schemas = [];
    private static readonly ConditionalWeakTable<AIFunctionDeclaration, List<ChatTools>> Known = [];

    /// <summary>The tools that options offer; null: none, or none may be called.</summary>
    /// <param name="options">The options.</param>
    /// <param name="format">How the model writes calls.</param>
    /// <param name="answer">The form of an answer without calls; null: any text.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="NotSupportedException">A tool is no function, or one is required that is not there.</exception>
    /// <exception cref="ArgumentException">A tool's schema is not understood.</exception>
    public static ChatTools? Read(ChatOptions options, ToolCallFormat format, JsonSchema? answer, CancellationToken cancellationToken)
    {
        var mode = options.ToolMode as RequiredChatToolMode;
        var tools = options.Tools ?? [];
        foreach (var tool in tools)
            if (tool is not AIFunctionDeclaration) throw new NotSupportedException($"ChatOptions.{nameof(options.Tools)} can't be honoured: '{tool.Name}' is a {tool.GetType().Name}; functions are supported");
        if (mode is not null && tools.Count == 0) throw new NotSupportedException($"ChatOptions.{nameof(options.ToolMode)} can't be honoured: a call is required, and there are no tools");
        if (tools.Count == 0 || options.ToolMode is NoneChatToolMode) return null;
        AIFunctionDeclaration[] functions = [.. tools.Cast<AIFunctionDeclaration>()];
        if (mode?.RequiredFunctionName is { } name && !Array.Exists(functions, function => function.Name == name))
            throw new NotSupportedException($"ChatOptions.{nameof(options.ToolMode)} can't be honoured: '{name}' is required, and no tool is called so");
        var called = mode?.RequiredFunctionName is { } only ? [.. functions.Where(function => function.Name == only)] : functions;
        var wanted = new ToolCallOptions { Format = format, IsRequired = mode is not null, MostCalls = options.AllowMultipleToolCalls == true ? int.MaxValue : 1, Answer = mode is null ? answer : null };
        return Find(functions, called, wanted, cancellationToken);
    }

    // requests that follow each other mostly offer the same tools: their constraint keeps the masks that were made before
    private static ChatTools Find(AIFunctionDeclaration[] functions, AIFunctionDeclaration[] called, ToolCallOptions wanted, CancellationToken cancellationToken)
    {
        var kept = Known.GetOrCreateValue(called[0]);
        lock (kept)
            if (kept.Find(one => one.Wanted == wanted && one.Functions.SequenceEqual(functions) && one.Called.SequenceEqual(called)) is { } same) return same;
        var made = new ChatTools(functions, wanted.Format, new([.. called.Select(function => new Tool(function.Name, Schema(function, cancellationToken)))], wanted, cancellationToken)) { Wanted = wanted, Called = called };
        lock (kept)
        {
            if (kept.Count >= MostKept) kept.RemoveAt(0);
            kept.Add(made);
        }
        return made;
    }

    private ToolCallOptions? Wanted { get; init; }

    private IReadOnlyList<AIFunctionDeclaration> Called { get; init; } = [];

    private static JsonSchema Schema(AIFunctionDeclaration function, CancellationToken cancellationToken) =>
        Schemas.GetValue(function, of => new(Parameters(of), $"arguments of '{of.Name}'", cancellationToken: cancellationToken));

    // a function without parameters takes none
    private static string Parameters(AIFunctionDeclaration function) =>
        function.JsonSchema is { ValueKind: JsonValueKind.Object } schema && !schema.TryGetProperty("additionalProperties", out _) && schema.TryGetProperty("properties", out var properties)
            && properties.ValueKind == JsonValueKind.Object && !properties.EnumerateObject().Any()
            ? """{"type":"object","additionalProperties":false}"""
            : function.JsonSchema.GetRawText();
}
