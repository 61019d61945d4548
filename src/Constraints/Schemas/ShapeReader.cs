using System.Globalization;
using System.Text.Json;

namespace DecodeAlign.Constraints;

/// <summary>Reads schemas as shapes: alternatives, of which each says all that it asks at once. Not safe for concurrent use.</summary>
internal sealed class ShapeReader
{
    private const int MostShapes = 1000, MostWork = 200_000;

    private readonly SchemaDocument _document;
    private readonly RegexDialect _dialect;
    private readonly Dictionary<string, IReadOnlyList<Shape>> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly Complement _complement;
    private readonly KeywordReader _keywords;
    private bool _isCircular;
    private long _work;

    public ShapeReader(SchemaDocument document, RegexDialect dialect)
    {
        (_document, _dialect) = (document, dialect);
        Judge = new(Shapes);
        _complement = new(Shapes, Judge);
        _keywords = new(document, dialect, Notes);
    }

    public SchemaJudge Judge { get; }

    /// <summary>What was read as an annotation though its name might mean more.</summary>
    public SortedSet<string> Notes { get; } = new(StringComparer.Ordinal);

    /// <summary>The alternatives that a node allows; none: no value.</summary>
    /// <exception cref="PatternException">A schema is not understood; the message names the place.</exception>
    public IReadOnlyList<Shape> Shapes(SchemaNode node)
    {
        if (_known.TryGetValue(node.Key, out var known)) return known;
        if (!_open.Add(node.Key))
        {
            // what is valid only if it is valid is not
            _isCircular = true;
            return [];
        }
        if (_open.Count > 500) throw new PatternException("schemas refer to each other more than 500 deep");
        try
        {
            var outer = _isCircular;
            _isCircular = false;
            var shapes = Read(node);
            if (!_isCircular || _open.Count == 1) _known[node.Key] = shapes;
            _isCircular |= outer;
            return shapes;
        }
        finally
        {
            _open.Remove(node.Key);
        }
    }

    private IReadOnlyList<Shape> Read(SchemaNode node)
    {
        switch (node)
        {
            case NoNode: return [];
            case PlaceNode { Place: var place }: return Read(place);
            case AllNode all: return all.Nodes.Aggregate((IReadOnlyList<Shape>)[Shape.Any], (shapes, next) => Cross(shapes, Shapes(next), all.Path));
            default:
                var inner = Shapes(((NotNode)node).Node);
                if (_isCircular) throw new PatternException($"{node.Path}: 'not' of a schema that refers to itself is not supported");
                return Not(inner, node.Path);
        }
    }

    private IReadOnlyList<Shape> Read(SchemaPlace place)
    {
        var schema = place.Schema;
        if (schema.ValueKind == JsonValueKind.True) return [Shape.Any];
        if (schema.ValueKind == JsonValueKind.False) return [];
        if (schema.ValueKind != JsonValueKind.Object) throw new PatternException($"{place.Path}: a schema is an object, true or false");
        if (schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String && _document.Draft < SchemaDraft.Draft2019) return Shapes(Reference(place, reference));
        IReadOnlyList<Shape> shapes = [_keywords.Read(place)];
        foreach (var property in schema.EnumerateObject())
        {
            var value = property.Value;
            switch (property.Name)
            {
                case "$ref":
                    Join(Shapes(Reference(place, value)));
                    break;
                case "allOf":
                    foreach (var part in Parts(place, value, "allOf")) Join(Shapes(part));
                    break;
                case "anyOf":
                    Join(Union([.. Parts(place, value, "anyOf").Select(Shapes)], place.Path));
                    break;
                case "oneOf":
                    Join(OneOf([.. Parts(place, value, "oneOf").Select(Shapes)], place));
                    break;
                case "not":
                    Join(Shapes(new NotNode(Below(place, value, "not"))));
                    break;
                case "if" when _document.Draft >= SchemaDraft.Draft7:
                    Join(If(place, Below(place, value, "if")));
                    break;
                case "dependencies" or "dependentRequired" or "dependentSchemas" when value.ValueKind == JsonValueKind.Object:
                    foreach (var dependency in value.EnumerateObject()) Join(Dependency(place, property.Name, dependency));
                    break;
            }
        }
        return shapes;

        void Join(IReadOnlyList<Shape> others) => shapes = Cross(shapes, others, place.Path);
    }

    private PlaceNode Below(SchemaPlace place, JsonElement schema, params ReadOnlySpan<string> steps) => new PlaceNode(_document.Below(place, schema, steps));

    private PlaceNode Reference(SchemaPlace place, JsonElement reference) =>
        reference.ValueKind == JsonValueKind.String ? new(_document.Resolve(place, reference.GetString()!)) : throw new PatternException($"{place.Path}/$ref: a text is expected");

    private IEnumerable<SchemaNode> Parts(SchemaPlace place, JsonElement list, string keyword) => list.ValueKind == JsonValueKind.Array
        ? list.EnumerateArray().Select((part, i) => Below(place, part, keyword, i.ToString(CultureInfo.InvariantCulture)))
        : throw new PatternException($"{place.Path}/{keyword}: an array is expected");

    private List<Shape> If(SchemaPlace place, SchemaNode condition)
    {
        var (then, otherwise) = (place.Schema.TryGetProperty("then", out var one), place.Schema.TryGetProperty("else", out var other));
        if (!then && !otherwise) return [Shape.Any];
        var holds = then ? Cross(Shapes(condition), Shapes(Below(place, one, "then")), place.Path) : Shapes(condition);
        var fails = Shapes(new NotNode(condition));
        return Union([holds, otherwise ? Cross(fails, Shapes(Below(place, other, "else")), place.Path) : fails], place.Path);
    }

    // the property is not there, or what it asks for is
    private IReadOnlyList<Shape> Dependency(SchemaPlace place, string keyword, JsonProperty dependency)
    {
        var absent = Shape.Any with { Objects = [new ObjectTerm { Listed = [(dependency.Name, new NoNode())] }] };
        var present = Shape.Any with { Types = JsonTypes.Object, Required = [dependency.Name] };
        if (dependency.Value.ValueKind == JsonValueKind.Array)
            return [absent, present with { Required = [.. KeywordReader.Texts(dependency.Value, $"{place.Path}/{keyword}/{SchemaPlace.Escape(dependency.Name)}").Prepend(dependency.Name).Distinct()] }];
        return [absent, .. Cross([present], Shapes(Below(place, dependency.Value, keyword, dependency.Name)), place.Path)];
    }

    private static List<Shape> Union(IReadOnlyList<IReadOnlyList<Shape>> parts, string path)
    {
        var all = StringAlternatives.Joined([.. parts.SelectMany(part => part).Distinct()]);
        return all.Count <= MostShapes ? all : throw new PatternException($"{path}: more than {MostShapes} alternatives");
    }

    private List<Shape> OneOf(List<IReadOnlyList<Shape>> branches, SchemaPlace place)
    {
        var all = new List<Shape>();
        for (var i = 0; i < branches.Count; i++)
        {
            var mine = branches[i];
            for (var j = 0; j < branches.Count; j++)
            {
                if (j == i) continue;
                var left = new List<Shape>();
                foreach (var shape in mine)
                {
                    var meeting = branches[j].Where(other => !IsEmpty(shape.And(other), 0)).ToList();
                    if (meeting.Count == 0) left.Add(shape);
                    else left.AddRange(Cross([shape], NotInOneOf(meeting, place, i, j), place.Path));
                }
                mine = left;
            }
            all.AddRange(mine);
        }
        return all.Count <= MostShapes ? all : throw new PatternException($"{place.Path}/oneOf: more than {MostShapes} alternatives");
    }

    private IReadOnlyList<Shape> NotInOneOf(List<Shape> shapes, SchemaPlace place, int mine, int other)
    {
        try
        {
            return Not(shapes, place.Path);
        }
        catch (PatternException fault)
        {
            throw new PatternException($"{place.Path}/oneOf: 'oneOf' is supported where its branches exclude each other, which is not proven of {mine} and {other} ({fault.Message})");
        }
    }

    private IReadOnlyList<Shape> Not(IReadOnlyList<Shape> shapes, string path) =>
        shapes.Aggregate((IReadOnlyList<Shape>)[Shape.Any], (all, shape) => Cross(all, _complement.Of(shape, path), path));

    private IReadOnlyList<Shape> Cross(IReadOnlyList<Shape> left, IReadOnlyList<Shape> right, string path)
    {
        if (right is [{ IsAny: true }]) return left;
        if (left is [{ IsAny: true }]) return right;
        var all = new List<Shape>();
        foreach (var one in left)
            foreach (var other in right)
            {
                if ((++_work & 255) == 0) Cancellation.Check();
                if (_work > MostWork) throw new PatternException($"{path}: its alternatives together are too many");
                var both = one.And(other).Pruned();
                if (both.Types == JsonTypes.None || (both.Types == JsonTypes.Object && IsTorn(both))) continue;
                all.Add(both);
                if (all.Count > MostShapes) throw new PatternException($"{path}: more than {MostShapes} alternatives");
            }
        return left.Count > 1 && right.Count > 1 ? StringAlternatives.Joined(all) : all;
    }

    // a property is asked for and forbidden
    private static bool IsTorn(Shape shape) => shape.Objects.Any(term => term.Listed.Any(property => property.Node is NoNode && shape.Required.Contains(property.Name)));

    /// <summary>Whether it is certain that no value is left.</summary>
    private bool IsEmpty(Shape shape, int depth)
    {
        if ((++_work & 255) == 0) Cancellation.Check();
        if (_work > MostWork) throw new PatternException("its alternatives together are too many to compare");
        shape = shape.Pruned();
        if (shape.Values is not null) return shape.Types == JsonTypes.None || Judge.ValuesOf(shape).Count == 0;
        var left = shape.Types;
        if (left.HasFlag(JsonTypes.Whole) && shape.Numbers is { Least: { } least, Most: { } most } && least.Ceiling() > most.Floor()) left &= ~JsonTypes.Whole;
        if (left.HasFlag(JsonTypes.String) && shape.Texts.Count > 0 && StringWriter.IsEmpty(shape)) left &= ~JsonTypes.String;
        if (left == JsonTypes.Object && (IsTorn(shape) || (depth < 6 && shape.Required.Any(name => IsEmptyProperty(shape, name, depth))))) left = JsonTypes.None;
        if (left == JsonTypes.Array && depth < 6 && Enumerable.Range(0, Math.Min(shape.Items.Least, 8)).Any(item => IsEmptyNode([.. shape.Arrays.Select(term => term.At(item)).OfType<SchemaNode>()], depth))) left = JsonTypes.None;
        return left == JsonTypes.None;
    }

    private bool IsEmptyProperty(Shape shape, string name, int depth) => IsEmptyNode([.. shape.Objects.SelectMany(term => SchemaJudge.Nodes(term, name))], depth);

    private bool IsEmptyNode(SchemaNode[] nodes, int depth) => nodes.Length switch
    {
        0 => false,
        1 when nodes[0] is NoNode => true,
        _ => !Shapes(nodes.Length == 1 ? nodes[0] : new AllNode(nodes)).Any(shape => !IsEmpty(shape, depth + 1)),
    };
}
