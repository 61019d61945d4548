using System.Text.Json;

namespace DecodeAlign.Constraints;

/// <summary>What is not of a shape, where that can be said by shapes.</summary>
internal sealed class Complement(Func<SchemaNode, IReadOnlyList<Shape>> shapes, SchemaJudge judge)
{
    /// <summary>The values that are not of a shape.</summary>
    /// <exception cref="PatternException">They are not to be said so.</exception>
    public IReadOnlyList<Shape> Of(Shape shape, string path)
    {
        var all = new List<Shape>();
        if (shape.Types != JsonTypes.All) all.Add(Shape.Any with { Types = JsonTypes.All & ~shape.Types });
        if (shape.Values is not null)
        {
            all.AddRange(NotValues(judge.ValuesOf(shape), shape.Types, path));
            return all;
        }
        if ((shape.Types & JsonTypes.Number) != 0) Numbers(shape, all, path);
        if (shape.Types.HasFlag(JsonTypes.String))
        {
            Outside(shape.Length, range => all.Add(Shape.Any with { Types = JsonTypes.String, Length = range }));
            foreach (var rule in shape.Texts) all.Add(Shape.Any with { Types = JsonTypes.String, Texts = [rule with { IsNegated = !rule.IsNegated }] });
        }
        if (shape.Types.HasFlag(JsonTypes.Array)) Arrays(shape, all, path);
        if (shape.Types.HasFlag(JsonTypes.Object)) Objects(shape, all, path);
        return all;
    }

    private static void Numbers(Shape shape, List<Shape> all, string path)
    {
        var (types, range) = (shape.Types & JsonTypes.Number, shape.Numbers);
        if (range.Multiples.Count > 0) throw new PatternException($"{path}: what is no multiple of a number can't be said");
        if (range.Least is { } least) all.Add(Shape.Any with { Types = types, Numbers = NumberRange.Any.AtMost(least, !range.IsAbove) });
        if (range.Most is { } most) all.Add(Shape.Any with { Types = types, Numbers = NumberRange.Any.AtLeast(most, !range.IsBelow) });
    }

    private void Arrays(Shape shape, List<Shape> all, string path)
    {
        var array = Shape.Any with { Types = JsonTypes.Array };
        Outside(shape.Items, range => all.Add(array with { Items = range }));
        if (shape.HasUniqueItems) throw new PatternException($"{path}: that an item is there twice can't be said");
        foreach (var term in shape.Arrays)
        {
            for (var i = 0; i < term.First.Count; i++)
                all.Add(array with { Items = new(i + 1, int.MaxValue), Arrays = [new ArrayTerm { First = [.. Enumerable.Repeat(Anything, i), new NotNode(term.First[i])] }] });
            if (term.Others is null || IsAny(term.Others)) continue;
            if (term.First.Count > 0) throw new PatternException($"{path}: that a later item differs can't be said");
            all.Add(array with { Contains = [(new NotNode(term.Others), new(1, int.MaxValue))] });
        }
        foreach (var (node, range) in shape.Contains)
        {
            if (range.Least == 1) all.Add(array with { Arrays = [new ArrayTerm { Others = new NotNode(node) }] });
            else if (range.Least > 1) all.Add(array with { Contains = [(node, new(0, range.Least - 1))] });
            if (range.Most != int.MaxValue) all.Add(array with { Contains = [(node, new(range.Most + 1, int.MaxValue))] });
        }
    }

    private void Objects(Shape shape, List<Shape> all, string path)
    {
        var with = Shape.Any with { Types = JsonTypes.Object };
        Outside(shape.Properties, range => all.Add(with with { Properties = range }));
        if (shape.Names.Any(node => !IsAny(node))) throw new PatternException($"{path}: that a property's name differs can't be said");
        foreach (var name in shape.Required) all.Add(with with { Objects = [new ObjectTerm { Listed = [(name, new NoNode())] }] });
        foreach (var term in shape.Objects)
        {
            if (term.Patterns.Any(pattern => !IsAny(pattern.Node)) || (term.Others is not null && !IsAny(term.Others))) throw new PatternException($"{path}: that a property which is not listed differs can't be said");
            foreach (var (name, node) in term.Listed)
                if (!IsAny(node)) all.Add(with with { Required = [name], Objects = [new ObjectTerm { Listed = [(name, new NotNode(node))] }] });
        }
    }

    private static IEnumerable<Shape> NotValues(IReadOnlyList<JsonElement> values, JsonTypes types, string path)
    {
        var of = values.Aggregate(JsonTypes.None, (all, value) => all | SchemaJudge.TypeOf(value));
        if ((types & ~of) != 0) yield return Shape.Any with { Types = types & ~of };
        var truths = values.Where(value => value.ValueKind is JsonValueKind.True or JsonValueKind.False).Select(value => value.ValueKind).Distinct().ToList();
        if (truths.Count == 1) yield return Shape.Any with { Types = JsonTypes.Boolean, Values = [JsonDocument.Parse(truths[0] == JsonValueKind.True ? "false" : "true").RootElement] };
        var texts = values.Where(value => value.ValueKind == JsonValueKind.String).ToList();
        if (texts.Count > 50) throw new PatternException($"{path}: what differs from more than 50 texts can't be said");
        if (texts.Count > 0) yield return Shape.Any with { Types = JsonTypes.String, Texts = [.. texts.Select(value => new TextRule(TextRuleKind.Text, value.GetString()!, RegexDialect.Ecma, IsNegated: true))] };
        if ((of & JsonTypes.Number) != 0)
        {
            var numbers = values.Where(value => value.ValueKind == JsonValueKind.Number).Select(value => JsonNumber.TryRead(value, out var number) ? number : throw new PatternException($"{path}: a number with too many digits")).Distinct().Order().ToList();
            for (var i = 0; i <= numbers.Count; i++)
            {
                var range = NumberRange.Any;
                if (i > 0) range = range.AtLeast(numbers[i - 1], above: true);
                if (i < numbers.Count) range = range.AtMost(numbers[i], below: true);
                yield return Shape.Any with { Types = of & JsonTypes.Number, Numbers = range };
            }
        }
        foreach (var value in values)
        {
            if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0 && values.Count(other => other.ValueKind == JsonValueKind.Array) == 1) yield return Shape.Any with { Types = JsonTypes.Array, Items = new(1, int.MaxValue) };
            else if (value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any() && values.Count(other => other.ValueKind == JsonValueKind.Object) == 1) yield return Shape.Any with { Types = JsonTypes.Object, Properties = new(1, int.MaxValue) };
            else if (value.ValueKind is JsonValueKind.Array or JsonValueKind.Object) throw new PatternException($"{path}: what differs from an array or object can't be said");
        }
    }

    private static AllNode Anything { get; } = new([]);

    private bool IsAny(SchemaNode node) => shapes(node) is [{ IsAny: true }];

    private static void Outside(CountRange range, Action<CountRange> add)
    {
        if (range.Least > 0) add(new(0, range.Least - 1));
        if (range.Most != int.MaxValue) add(new(range.Most + 1, int.MaxValue));
    }
}
