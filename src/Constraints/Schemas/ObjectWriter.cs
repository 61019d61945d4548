using System.Text.Json;

namespace DecodeAlign.Constraints;

/// <summary>Objects of a shape, as rules: a rule for each property, and one for all that are not listed.</summary>
internal sealed class ObjectWriter(SchemaCompiler compiler)
{
    private const int MostLoose = 6, MostAnyOrder = 10, MostStates = 6000, MostMoves = 400_000, MostPatterns = 6, Block = 32;

    /// <exception cref="PatternException">What is asked for is not supported.</exception>
    public Pattern Write(Shape shape, string path)
    {
        var names = shape.Objects.SelectMany(term => term.Listed).Select(property => property.Name).Concat(shape.Required).Distinct(StringComparer.Ordinal).ToList();
        var listed = shape.Objects.SelectMany(term => term.Listed).Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
        var members = new List<Member>();
        foreach (var name in names)
        {
            var isRequired = shape.Required.Contains(name);
            SchemaNode[] nodes = [.. shape.Objects.SelectMany(term => SchemaJudge.Nodes(term, name))];
            var isLegal = !nodes.Any(compiler.IsNever) && (shape.Names.Count == 0 || IsName(shape, name));
            if (!isLegal && isRequired) return Pattern.Never;
            if (isLegal) members.Add(new(compiler.Property(name, nodes), isRequired, listed.Contains(name)));
        }
        var others = Others(shape, names, listed, path);
        return Automaton(shape, members, others, path);
    }

    private bool IsName(Shape shape, string name)
    {
        using var text = JsonDocument.Parse(JsonStrings.Encode(name));
        return shape.Names.All(node => compiler.Judge.IsValid(node, text.RootElement));
    }

    // properties that are not listed, by which patterns their names match; null: there are none
    private Call? Others(Shape shape, List<string> names, HashSet<string> listed, string path)
    {
        var rules = shape.Objects.SelectMany(term => term.Patterns).Select(pattern => pattern.Pattern).Distinct().ToList();
        if (rules.Count > MostPatterns) throw new PatternException($"{path}: more than {MostPatterns} 'patternProperties' in one object are not supported");
        var isClosed = compiler.Options.Openness == SchemaOpenness.Closed && (listed.Count > 0 || rules.Count > 0) && shape.Objects.All(term => term.Others is null);
        Dfa? free = null;
        var cells = new List<Pattern>();
        for (var set = 0; set < 1 << rules.Count; set++)
        {
            if (set == 0 && isClosed) continue;
            var nodes = new List<SchemaNode>();
            foreach (var term in shape.Objects)
            {
                var matched = term.Patterns.Where(pattern => (set >> rules.IndexOf(pattern.Pattern) & 1) != 0).Select(pattern => pattern.Node).ToList();
                nodes.AddRange(matched);
                if (matched.Count == 0 && term.Others is not null) nodes.Add(term.Others);
            }
            if (nodes.Exists(compiler.IsNever)) continue;
            free ??= Free(shape, names, path);
            var content = free;
            for (var i = 0; i < rules.Count; i++) content = content.And(rules[i].Automaton(), negated: (set >> i & 1) == 0);
            if (content.Count == 0) continue;
            cells.Add(new Embedded(JsonStrings.Property(content, compiler.Layout, compiler.RuleOf(nodes).Rule)));
        }
        return cells.Count == 0 ? null : compiler.NewRule(cells.Count == 1 ? cells[0] : new OneOfPatterns(cells));
    }

    private Dfa Free(Shape shape, List<string> names, string path)
    {
        var free = JsonStrings.Anything;
        if (names.Count > 0) free = free.And(TextSet.Automaton(names), negated: true);
        foreach (var node in shape.Names)
        {
            var legal = Dfa.Nothing;
            foreach (var one in compiler.Shapes(node).Where(one => one.Types.HasFlag(JsonTypes.String)))
            {
                if (one.Values is not null) legal = Join(legal, TextSet.Automaton([.. compiler.Judge.ValuesOf(one).Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)]));
                else legal = Join(legal, StringWriter.Automaton(one));
            }
            free = free.And(legal);
        }
        return free;
    }

    private static Dfa Join(Dfa left, Dfa right) => left.Count == 0 ? right : Determiniser.Compile(new OneOfPatterns(new Embedded(left), new Embedded(right)));

    private Embedded Automaton(Shape shape, List<Member> members, Call? others, string path)
    {
        var isAny = compiler.Options.Order == PropertyOrder.Any;
        if (isAny && members.Count > MostAnyOrder) throw new PatternException($"{path}: properties in any order are supported for at most {MostAnyOrder}");
        var loose = members.Where(member => isAny || !member.IsListed).Take(isAny ? MostAnyOrder : MostLoose).ToList();
        var ordered = members.Except(loose).ToList();
        var required = members.Count(member => member.IsRequired);
        var (least, most) = (shape.Properties.Least, shape.Properties.Most);
        if (others is not null && least > 1 && required + 1 < least) throw new PatternException($"{path}: 'minProperties' beside names that are not listed is not supported: one that is written twice would count twice");
        if (others is null && most >= members.Count) most = int.MaxValue;
        if (required >= least) least = 0;
        var limit = most == int.MaxValue ? least : most;
        var requiredFrom = new int[ordered.Count + 1];
        for (var i = ordered.Count - 1; i >= 0; i--) requiredFrom[i] = requiredFrom[i + 1] + (ordered[i].IsRequired ? 1 : 0);

        using var builder = new DfaBuilder();
        var (end, states, open, moves) = (builder.Add(final: true), new Dictionary<Written, int>(), new Queue<Written>(), 0);
        var skipped = new Dictionary<Written, int>();
        var calls = new List<(int Rule, int Target)>();
        var start = builder.Add(final: false);
        builder.Move(start, (byte)'{', JsonLayout.Before(builder, compiler.Layout.AtBracket, State(new(0, 0, 0, false))));
        while (open.TryDequeue(out var at))
        {
            var state = states[at];
            var left = requiredFrom[at.Next];
            for (var i = 0; i < loose.Count; i++) left += loose[i].IsRequired && (at.Loose >> i & 1) == 0 ? 1 : 0;
            if (left == 0 && at.Count >= least) Close(builder, state, end);
            if (at.Count >= most) continue;
            var count = Math.Min(at.Count + 1, limit);
            calls.Clear();
            AddOrdered(calls, at with { Count = count, IsOpen = true });
            for (var i = 0; i < loose.Count; i++)
                if ((at.Loose >> i & 1) == 0) calls.Add((loose[i].Rule, State(at with { Loose = at.Loose | 1 << i, Count = count, IsOpen = true })));
            if (others is not null) calls.Add((others.Rule, State(at with { Count = count, IsOpen = true })));
            if (calls.Count == 0) continue;
            Tally(calls.Count);
            if (!at.IsOpen)
            {
                builder.Calls(state, [.. builder.CallsOf(state), .. calls]);
                continue;
            }
            var next = builder.Add(final: false);
            builder.Calls(next, [.. calls]);
            builder.Move(state, (byte)',', JsonLayout.Before(builder, compiler.Layout.AfterComma, next));
        }
        return new Embedded(builder.Build(start));

        // the ordered properties of a block that may follow, and the way past all of them: one move each would be as many as the square of their number
        void AddOrdered(List<(int Rule, int Target)> to, Written at)
        {
            var past = Math.Min(ordered.Count, (at.Next / Block + 1) * Block);
            for (var i = at.Next; i < past; i++)
            {
                to.Add((ordered[i].Rule, State(at with { Next = i + 1 })));
                // nothing that is required is passed over
                if (ordered[i].IsRequired) return;
            }
            if (past < ordered.Count) to.Add((compiler.Nothing, Skipped(at with { Next = past })));
        }

        int Skipped(Written at)
        {
            if (skipped.TryGetValue(at, out var state)) return state;
            skipped.Add(at, state = builder.Add(final: false));
            var of = new List<(int Rule, int Target)>();
            AddOrdered(of, at);
            Tally(of.Count);
            builder.Calls(state, [.. of]);
            return state;
        }

        void Tally(int more)
        {
            if ((moves += more) > MostMoves || states.Count > MostStates) throw new PatternException($"{path}: its properties, and how many there are, are too much to tell apart");
        }

        int State(Written key)
        {
            if (states.TryGetValue(key, out var state)) return state;
            states.Add(key, state = builder.Add(final: false));
            open.Enqueue(key);
            return state;
        }
    }

    private void Close(DfaBuilder builder, int state, int end)
    {
        if (compiler.Layout.AtBracket < 0)
        {
            builder.Move(state, (byte)'}', end);
            return;
        }
        var close = builder.Add(final: false);
        builder.Move(close, (byte)'}', end);
        builder.Calls(state, [.. builder.CallsOf(state), (compiler.Layout.AtBracket, close)]);
    }

    /// <summary>A property that a schema names.</summary>
    private sealed record Member(int Rule, bool IsRequired, bool IsListed);

    /// <summary>What was written of an object.</summary>
    /// <param name="Next">Of the properties that have an order, the first that may follow.</param>
    /// <param name="Loose">Which of the others were written.</param>
    /// <param name="Count">Number of properties, up to where more make no difference.</param>
    /// <param name="IsOpen">Whether any was written.</param>
    private readonly record struct Written(int Next, int Loose, int Count, bool IsOpen);
}
