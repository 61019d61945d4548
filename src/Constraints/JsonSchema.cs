namespace DecodeAlign.Constraints;

/// <summary>The whole generated text is a JSON value that a JSON Schema allows.</summary>
/// <remarks>
/// Drafts 4, 6, 7, 2019-09 and 2020-12, told by <c>$schema</c>; without it, 2020-12 with the older spellings. Understood: <c>type</c>, <c>enum</c>, <c>const</c>; <c>allOf</c>, <c>anyOf</c>, <c>oneOf</c> where its branches exclude each other
/// or what they share can be taken out, <c>not</c> and <c>if</c>/<c>then</c>/<c>else</c> where the complement can be said; <c>$ref</c> within the schema (recursion, <c>$id</c> and <c>$anchor</c> too);
/// <c>properties</c>, <c>required</c>, <c>additionalProperties</c>, <c>patternProperties</c>, <c>propertyNames</c>, <c>minProperties</c>, <c>maxProperties</c>, <c>dependentRequired</c>, <c>dependentSchemas</c>, <c>dependencies</c>;
/// <c>items</c>, <c>prefixItems</c>, <c>additionalItems</c>, <c>minItems</c>, <c>maxItems</c>, <c>contains</c>, <c>uniqueItems</c> of a few values; <c>minLength</c>, <c>maxLength</c>, <c>pattern</c>, <c>format</c>;
/// <c>minimum</c>, <c>maximum</c>, <c>exclusiveMinimum</c>, <c>exclusiveMaximum</c>, <c>multipleOf</c>; <c>nullable</c>. Keywords that no draft defines are annotations, which <see cref="Notes"/> names. A keyword that a draft defines and
/// that is not supported where it stands is refused by name.
/// <para>
/// What is written is a part of what the schema allows: <see cref="JsonSchemaOptions"/> says which. Names of properties that are not listed hold only escapes that have a letter, and two of them may be the same. Whole numbers without bounds fit into 64 bits; other
/// numbers have at most 19 digits before the point, or as many as the bounds, 20 after it, and an exponent, up to ±307, only where the bounds leave it free. Formats are written as all validators take them.
/// </para>
/// </remarks>
public sealed class JsonSchema : TextConstraint
{
    /// <summary>Most characters of a schema.</summary>
    public const int MostCharacters = 1 << 22;

    /// <summary>Makes the constraint.</summary>
    /// <param name="schema">The schema's JSON text; at most 2^22 characters.</param>
    /// <param name="name">A name for messages; null (default): <c>JSON Schema</c>.</param>
    /// <param name="options">How it is read and laid out; null (default): the defaults of <see cref="JsonSchemaOptions"/>.</param>
    /// <param name="cancellationToken">Ends the work, which may take seconds.</param>
    /// <exception cref="ArgumentException">The schema is not valid, uses a keyword in a way that is not supported, or is too large; the message names the place.</exception>
    /// <exception cref="OperationCanceledException">The work was ended.</exception>
    public JsonSchema(string schema, string? name = null, JsonSchemaOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schema);
        using var scope = Cancellation.By(cancellationToken);
        Name = name ?? "JSON Schema";
        try
        {
            var (rules, notes) = SchemaCompiler.Compile(schema, options ?? new());
            Rules = new() { Grammar = Grammar.Compile(rules), Regular = new(() => Grammar.Flat(rules), LazyThreadSafetyMode.PublicationOnly) };
            Notes = notes;
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

    /// <summary>What the schema says that has no part in what is written: keywords that no draft defines, formats that are not checked. Each with its place.</summary>
    public IReadOnlyList<string> Notes { get; }

    internal override TextRules Rules { get; }
}
