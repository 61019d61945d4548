using System.Text.Json;

namespace DecodeAlign.Constraints;

/// <summary>Compiles a JSON Schema to the rules of a grammar, as <see cref="JsonSchema"/> documents it: a rule for each set of schemas that hold for a value together. Used once.</summary>
internal sealed class SchemaCompiler
{
    private const int MostRules = 60_000;

    private readonly ShapeReader _reader;
    private readonly List<Pattern?> _rules = [];
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly Queue<(int Rule, IReadOnlyList<SchemaNode> Nodes)> _open = new();
    private readonly ObjectWriter _objects;
    private readonly ArrayWriter _arrays;

    private SchemaCompiler(SchemaDocument document, JsonSchemaOptions options)
    {
        Options = options;
        _reader = new(document, options.Patterns);
        (_objects, _arrays) = (new(this), new(this));
        RuleOf([new PlaceNode(document.Root)]);
        Layout = JsonLayout.Of(options.WhiteSpace, NewRule);
    }

    public JsonSchemaOptions Options { get; }

    public JsonLayout Layout { get; }

    public SchemaJudge Judge => _reader.Judge;

    /// <summary>The rules of a schema, the first for the whole value, and what was read as an annotation.</summary>
    /// <exception cref="PatternException">The schema is not supported; the message names the place.</exception>
    public static (IReadOnlyList<Pattern> Rules, IReadOnlyList<string> Notes) Compile(string schema, JsonSchemaOptions options)
    {
        var compiler = new SchemaCompiler(SchemaDocument.Read(schema), options);
        while (compiler._open.TryDequeue(out var next))
        {
            Cancellation.Check();
            compiler._rules[next.Rule] = compiler.Write(next.Nodes);
        }
        return ([.. compiler._rules.Select(rule => rule!)], [.. compiler._reader.Notes]);
    }

    public IReadOnlyList<Shape> Shapes(SchemaNode node) => _reader.Shapes(node);

    /// <summary>Whether a node certainly allows no value.</summary>
    public bool IsNever(SchemaNode node) => _reader.Shapes(node).Count == 0;

    /// <summary>The rule for values that are valid against all of some nodes.</summary>
    public Call RuleOf(IReadOnlyList<SchemaNode> nodes)
    {
        var key = AllNode.KeyOf(nodes);
        if (_known.TryGetValue(key, out var rule)) return new(rule);
        _known.Add(key, rule = NewRule(null).Rule);
        _open.Enqueue((rule, nodes));
        return new(rule);
    }

    /// <summary>A rule of its own.</summary>
    public Call NewRule(Pattern? pattern)
    {
        if (_rules.Count >= MostRules) throw new PatternException($"it is too large: more than {MostRules} rules");
        _rules.Add(pattern);
        return new(_rules.Count - 1);
    }

    /// <summary>The rule that derives the empty text alone.</summary>
    public int Nothing => Shared("nothing", () => Pattern.Empty).Rule;

    /// <summary>The rule for a property: its name, a colon, and a value valid against some nodes.</summary>
    public int Property(string name, IReadOnlyList<SchemaNode> nodes)
    {
        var value = RuleOf(nodes);
        return Shared($"{value.Rule}:{name}", () => JsonStrings.Property(name, Layout, value.Rule)).Rule;
    }

    /// <summary>The values that all nodes allow, where they are listed; null: they are not.</summary>
    public IReadOnlyList<JsonElement>? ValuesOf(IReadOnlyList<SchemaNode> nodes)
    {
        var values = new List<JsonElement>();
        foreach (var shape in _reader.Shapes(new AllNode(nodes)))
        {
            if (shape.Values is null) return null;
            values.AddRange(Judge.ValuesOf(shape));
        }
        return values;
    }

    /// <summary>One value.</summary>
    public Pattern Value(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String: return JsonStrings.Of(value.GetString()!);
            case JsonValueKind.Number: return Number(value);
            case JsonValueKind.Array: return Bracketed("[", [.. value.EnumerateArray().Select(Value)], "]");
            case JsonValueKind.Object: return Bracketed("{", [.. value.EnumerateObject().Select(property => new Sequence(JsonStrings.Of(property.Name), Layout.Colon, Value(property.Value)))], "}");
            default: return Pattern.Text(value.GetRawText());
        }
    }

    private Sequence Bracketed(string open, List<Pattern> parts, string close)
    {
        var all = new List<Pattern> { Pattern.Text(open) };
        if (Layout.AtBracket >= 0) all.Add(new Call(Layout.AtBracket));
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0) all.Add(Pattern.Text(","));
            if (i > 0 && Layout.AfterComma >= 0) all.Add(new Call(Layout.AfterComma));
            all.Add(parts[i]);
        }
        if (Layout.AtBracket >= 0) all.Add(new Call(Layout.AtBracket));
        all.Add(Pattern.Text(close));
        return new(all);
    }

    // as the schema writes it, and, where that is another way, plainly
    private static Pattern Number(JsonElement value)
    {
        var text = value.GetRawText();
        if (!JsonNumber.TryRead(value, out var number) || number.ToString() is not { Length: <= 40 } plain || plain == text) return Pattern.Text(text);
        return new OneOfPatterns(Pattern.Text(text), Pattern.Text(plain));
    }

    private Call Shared(string key, Func<Pattern> pattern)
    {
        if (_known.TryGetValue(key, out var rule)) return new(rule);
        var made = pattern();
        _known.Add(key, rule = NewRule(made).Rule);
        return new(rule);
    }

    private Pattern Write(IReadOnlyList<SchemaNode> nodes)
    {
        var path = nodes.Count == 0 ? "#" : nodes[0].Path;
        var options = new List<Pattern>();
        foreach (var shape in _reader.Shapes(nodes.Count == 1 ? nodes[0] : new AllNode(nodes)))
        {
            try
            {
                Add(shape, path, options);
            }
            catch (PatternException fault) when (!fault.Message.StartsWith('#'))
            {
                throw new PatternException($"{path}: {fault.Message}");
            }
        }
        return options.Count == 1 && options[0] is Embedded or Counted ? options[0] : new OneOfPatterns(options);
    }

    private void Add(Shape shape, string path, List<Pattern> options)
    {
        if (shape.Values is not null)
        {
            var values = Judge.ValuesOf(shape);
            var texts = values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!).ToList();
            if (texts.Count > 0) options.Add(texts.Count == 1 ? JsonStrings.Of(texts[0]) : Rule(new Embedded(JsonStrings.Of(TextSet.Automaton(texts), texts.Exists(JsonStrings.IsEscapedByWriters) && texts.Count <= 200 ? JsonEscapes.All : JsonEscapes.Short, out _).Minimise())));
            options.AddRange(values.Where(value => value.ValueKind != JsonValueKind.String).Select(Value));
            return;
        }
        if (shape.Types.HasFlag(JsonTypes.Null)) options.Add(Pattern.Text("null"));
        if (shape.Types.HasFlag(JsonTypes.Boolean)) options.AddRange([Pattern.Text("true"), Pattern.Text("false")]);
        var numbers = shape.Types & JsonTypes.Number;
        if (numbers != 0) options.Add(Shared($"numbers:{numbers}:{shape.Numbers.Key}", () => NumberWriter.Write(numbers, shape.Numbers)));
        if (shape.Types.HasFlag(JsonTypes.String)) AddStrings(shape, options);
        if (shape.Types.HasFlag(JsonTypes.Array)) options.Add(Rule(_arrays.Write(shape, path)));
        if (shape.Types.HasFlag(JsonTypes.Object)) options.Add(Rule(_objects.Write(shape, path)));
    }

    // what is too large as one may not be, each alternative by itself
    private void AddStrings(Shape shape, List<Pattern> options)
    {
        try
        {
            options.Add(Shared($"texts:{shape.Length}:{string.Concat(shape.Texts.Select(rule => rule.Key))}", () => StringWriter.Write(shape)));
        }
        catch (PatternException) when (StringAlternatives.Apart(shape) is { } apart)
        {
            foreach (var one in apart) AddStrings(one, options);
        }
    }

    // what is an automaton already stays one, as a rule of its own
    private Pattern Rule(Pattern pattern) => pattern is Embedded or Counted ? NewRule(pattern) : pattern;
}
