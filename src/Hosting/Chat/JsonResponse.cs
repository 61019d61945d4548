using System.Runtime.CompilerServices;
using DecodeAlign.Constraints;
using DecodeAlign.Heuristics;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>Makes a response format a hard constraint; a format that is used again keeps its compiled schema.</summary>
internal static class JsonResponse
{
    private static readonly ConditionalWeakTable<ChatResponseFormatJson, JsonSchema> Compiled = [];

    /// <exception cref="ArgumentException">The schema is not valid, or uses a keyword that is not understood.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public static JsonSchema Constraint(ChatResponseFormatJson format, CancellationToken cancellationToken) =>
        format.Schema is { } schema ? Compiled.GetValue(format, _ => new(schema.GetRawText(), format.SchemaName, cancellationToken: cancellationToken)) : JsonSchema.AnyObject;
}
