using System.Text;
using System.Text.Json;

namespace DecodeAlign.Constraints;

/// <summary>Whether values are valid against shapes.</summary>
internal sealed class SchemaJudge(Func<SchemaNode, IReadOnlyList<Shape>> shapes)
{
    private const int MostDepth = 200;

    private int _depth;

    public bool IsValid(SchemaNode node, JsonElement value) => shapes(node).Any(shape => IsValid(shape, value));

    public bool IsValid(Shape shape, JsonElement value)
    {
        if (++_depth > MostDepth) throw new PatternException("values to compare are nested too deep");
        try
        {
            if ((shape.Types & TypeOf(value)) == 0 || (shape.Values is not null && !shape.Values.Any(same => AreEqual(same, value)))) return false;
            return value.ValueKind switch
            {
                JsonValueKind.Number => shape.Numbers.IsAny || (JsonNumber.TryRead(value, out var number) && shape.Numbers.Holds(number)),
                JsonValueKind.String => IsValidText(shape, value.GetString()!),
                JsonValueKind.Array => IsValidArray(shape, value),
                JsonValueKind.Object => IsValidObject(shape, value),
                _ => true,
            };
        }
        finally
        {
            _depth--;
        }
    }

    /// <summary>Of a shape's values those that the rest of it allows.</summary>
    public IReadOnlyList<JsonElement> ValuesOf(Shape shape)
    {
        var rest = shape with { Values = null };
        return [.. shape.Values!.Where(value => IsValid(rest, value))];
    }

    /// <summary>Whether a text is a string that a shape allows.</summary>
    public static bool IsValidText(Shape shape, string text) =>
        shape.Length.Holds(text.EnumerateRunes().Count()) && shape.Texts.All(rule => rule.Matches(Encoding.UTF8.GetBytes(text)));

    public static JsonTypes TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonTypes.Object,
        JsonValueKind.Array => JsonTypes.Array,
        JsonValueKind.String => JsonTypes.String,
        JsonValueKind.Number => !JsonNumber.TryRead(value, out var number) || number.IsWhole ? JsonTypes.Whole : JsonTypes.Fraction,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        _ => JsonTypes.Null,
    };

    /// <summary>Whether two values are equal as JSON Schema means it: numbers by value, objects whatever the order.</summary>
    public static bool AreEqual(JsonElement left, JsonElement right)
    {
        if (left.ValueKind != right.ValueKind) return false;
        return left.ValueKind switch
        {
            JsonValueKind.Number => JsonNumber.TryRead(left, out var one) && JsonNumber.TryRead(right, out var other) ? one == other : left.GetRawText() == right.GetRawText(),
            JsonValueKind.String => left.GetString() == right.GetString(),
            JsonValueKind.Array => left.GetArrayLength() == right.GetArrayLength() && left.EnumerateArray().Zip(right.EnumerateArray()).All(pair => AreEqual(pair.First, pair.Second)),
            JsonValueKind.Object => left.EnumerateObject().Count() == right.EnumerateObject().Count()
                && left.EnumerateObject().All(property => right.TryGetProperty(property.Name, out var same) && AreEqual(property.Value, same)),
            _ => true,
        };
    }

    private bool IsValidArray(Shape shape, JsonElement value)
    {
        var items = value.EnumerateArray().ToList();
        return shape.Items.Holds(items.Count)
            && shape.Arrays.All(term => items.Index().All(item => term.At(item.Index) is not { } node || IsValid(node, item.Item)))
            && shape.Contains.All(contains => contains.Range.Holds(items.Count(item => IsValid(contains.Node, item))))
            && (!shape.HasUniqueItems || !items.Index().Any(item => items.Take(item.Index).Any(other => AreEqual(item.Item, other))));
    }

    private bool IsValidObject(Shape shape, JsonElement value)
    {
        var properties = value.EnumerateObject().ToList();
        return shape.Properties.Holds(properties.Count)
            && shape.Required.All(name => value.TryGetProperty(name, out _))
            && properties.All(property => shape.Objects.SelectMany(term => Nodes(term, property.Name)).All(node => IsValid(node, property.Value)))
            && properties.All(property => shape.Names.All(node => IsValid(node, JsonDocument.Parse(JsonStrings.Encode(property.Name)).RootElement)));
    }

    /// <summary>What a term asks of a property.</summary>
    public static IEnumerable<SchemaNode> Nodes(ObjectTerm term, string name)
    {
        var matched = false;
        foreach (var (listed, node) in term.Listed)
            if (listed == name)
            {
                matched = true;
                yield return node;
            }
        foreach (var (pattern, node) in term.Patterns)
            if (pattern.Matches(Encoding.UTF8.GetBytes(name)))
            {
                matched = true;
                yield return node;
            }
        if (!matched && term.Others is not null) yield return term.Others;
    }
}
