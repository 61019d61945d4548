namespace DecodeAlign.Constraints;

/// <summary>How a schema is read, and how JSON is laid out. Immutable.</summary>
public sealed record JsonSchemaOptions
{
    /// <summary>Whether properties that a schema does not list are written where it does not speak of them. Default: <see cref="SchemaOpenness.Closed"/>.</summary>
    public SchemaOpenness Openness { get; init; } = SchemaOpenness.Closed;

    /// <summary>The order of properties. Default: <see cref="PropertyOrder.AsListed"/>.</summary>
    public PropertyOrder Order { get; init; } = PropertyOrder.AsListed;

    /// <summary>White space between values. Default: <see cref="JsonWhiteSpace.OneSpace"/>.</summary>
    public JsonWhiteSpace WhiteSpace { get; init; } = JsonWhiteSpace.OneSpace;

    /// <summary>The dialect of <c>pattern</c> and <c>patternProperties</c>. Default: <see cref="RegexDialect.Ecma"/>, the standard's.</summary>
    public RegexDialect Patterns { get; init; } = RegexDialect.Ecma;
}

/// <summary>Whether properties that a schema does not list are written where it has no <c>additionalProperties</c>.</summary>
public enum SchemaOpenness
{
    /// <summary>They are not: what models are meant to write, and what strict modes of servers ask for. Where a schema lists no properties at all, any are.</summary>
    Closed,

    /// <summary>They are, with any value: what the standard says.</summary>
    Open,
}

/// <summary>In which order properties are written.</summary>
public enum PropertyOrder
{
    /// <summary>Listed ones as the schema lists them; those that it only requires, up to six, and unlisted ones anywhere between.</summary>
    AsListed,

    /// <summary>Any order, where an object lists no more than ten; schemas that list more are refused.</summary>
    Any,
}

/// <summary>White space between the parts of JSON. Each choice allows, and does not demand, what it says.</summary>
public enum JsonWhiteSpace
{
    /// <summary>None.</summary>
    Compact,

    /// <summary>One space after a comma or colon.</summary>
    OneSpace,

    /// <summary>Also a line end with up to 64 spaces or tabs after it: after an opening bracket or comma, and before a closing bracket.</summary>
    Indented,
}
