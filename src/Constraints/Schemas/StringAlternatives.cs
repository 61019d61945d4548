namespace DecodeAlign.Constraints;

/// <summary>Alternatives of strings: many of them are one rule, since what patterns leave together would else be multiplied out.</summary>
internal static class StringAlternatives
{
    // a few are quicker to read apart
    private const int MostApart = 8;

    /// <summary>Alternatives, of which those that differ in their texts' rules alone are joined where they are many.</summary>
    public static List<Shape> Joined(List<Shape> alternatives)
    {
        if (alternatives.Count <= MostApart) return alternatives;
        var joined = alternatives.Where(shape => !IsText(shape)).ToList();
        foreach (var alike in alternatives.Where(IsText).GroupBy(shape => shape.Length))
        {
            var apart = Absorbed(alike);
            if (apart.Count > MostApart) joined.Add(Shape.Any with { Types = JsonTypes.String, Length = alike.Key, Texts = [TextRule.AnyOf([.. apart.Select(shape => shape.Texts)])] });
            else joined.AddRange(apart);
        }
        return joined;
    }

    /// <summary>A shape's alternatives where a rule joins some; null: none does.</summary>
    public static IEnumerable<Shape>? Apart(Shape shape) => shape.Texts.FirstOrDefault(rule => rule is { Kind: TextRuleKind.AnyOf, IsNegated: false }) is { } any
        ? any.Parts.Select(part => shape with { Texts = [.. shape.Texts.Where(rule => rule != any).Concat(part).Distinct()] })
        : null;

    private static bool IsText(Shape shape) => shape is { Types: JsonTypes.String, Values: null };

    // what asks for all that another one asks for says nothing new
    private static List<Shape> Absorbed(IEnumerable<Shape> alternatives)
    {
        var kept = new List<Shape>();
        foreach (var shape in alternatives.OrderBy(shape => shape.Texts.Count))
        {
            Cancellation.Check();
            if (!kept.Exists(other => other.Texts.All(shape.Texts.Contains))) kept.Add(shape);
        }
        return kept;
    }
}
