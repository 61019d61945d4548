namespace DecodeAlign.Constraints;

/// <summary>The whole generated text is a JSON value that a JSON Schema allows.</summary>
/// <remarks>
/// Understood: <c>type</c> (one or several), <c>properties</c>, <c>required</c>, <c>additionalProperties</c>, <c>items</c>, <c>prefixItems</c>, <c>minItems</c>, <c>maxItems</c>, <c>enum</c>, <c>const</c>,
/// <c>pattern</c>, <c>minLength</c>, <c>maxLength</c>, <c>minimum</c>, <c>maximum</c>, <c>exclusiveMinimum</c>, <c>exclusiveMaximum</c>, <c>anyOf</c>, <c>$ref</c> within the schema (recursion too), <c>$defs</c>, <c>definitions</c>,
/// and schemas <c>true</c> and <c>false</c>. Annotations (<c>title</c>, <c>description</c>, <c>default</c>, <c>examples</c>, …) mean nothing. Any other keyword is refused by name.
/// <para>
/// What is written is a part of what the schema allows. Properties stand in the order in which the schema lists them, then those that only <c>required</c> names, then additional ones. Additional
/// properties are written only where <c>additionalProperties</c> is given and not <c>false</c>, or no properties are listed; their names hold no escapes and are not those listed, but two of them may be the same. White space: at most one space after a
/// comma or colon. Whole numbers have at most 15 digits; a number has at most 15 digits before and after the point and an exponent of two digits; one with bounds has at most 6 digits after
/// the point (or as many as the bound) and no exponent. Strings with a pattern or a length use the short escapes only. Values of <c>enum</c> and <c>const</c> are written without white space.
/// Where <c>type</c> is missing, the keywords tell it; without any, every value is allowed.
/// </para>
/// </remarks>
public sealed class JsonSchema : TextConstraint
{
    /// <summary>Most characters of a schema.</summary>
    public const int MostCharacters = 1 << 20;

    /// <summary>Makes the constraint.</summary>
    /// <param name="schema">The schema's JSON text; at most 2^20 characters.</param>
    /// <param name="name">A name for messages; null (default): <c>JSON Schema</c>.</param>
    /// <exception cref="ArgumentException">The schema is not valid, uses a keyword that is not understood, or is too large; the message names the place.</exception>
    public JsonSchema(string schema, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Name = name ?? "JSON Schema";
        try
        {
            Rules = CompiledRules.Of(JsonSchemaReader.Read(schema));
        }
        catch (PatternException fault)
        {
            throw new ArgumentException($"{Name}: {fault.Message}", nameof(schema));
        }
    }

    /// <summary>Any JSON object.</summary>
    public static JsonSchema AnyObject { get; } = new("""{"type": "object"}""", "JSON object");

    /// <inheritdoc/>
    public override string Name { get; }

    internal override TextRules Rules { get; }
}
