using System.Text.Json;

namespace DecodeAlign.Constraints;

/// <summary>Arrays of a shape, as rules. The items past the first ones are counted, not unrolled.</summary>
internal sealed class ArrayWriter(SchemaCompiler compiler)
{
    private const int MostFirst = 1000, MostUnique = 10, MostContained = 100;

    /// <exception cref="PatternException">What is asked for is not supported.</exception>
    public Pattern Write(Shape shape, string path)
    {
        if (shape.Items.Least > shape.Items.Most) return Pattern.Never;
        if (shape.HasUniqueItems && shape.Items.Most > 1) return Unique(shape, path);
        var contains = shape.Contains.Where(one => one.Range != CountRange.Any).ToList();
        if (contains.Count > 1) throw new PatternException($"{path}: more than one 'contains' is not supported");
        if (contains.Count == 1) return Containing(shape, contains[0], path);
        var first = shape.Arrays.Count == 0 ? 0 : shape.Arrays.Max(term => term.First.Count);
        if (first > MostFirst) throw new PatternException($"{path}: more than {MostFirst} first items");
        var fixedItems = Math.Min(first, shape.Items.Most);
        using var builder = new DfaBuilder();
        var adds = new List<int>();
        var end = builder.Add(final: true);
        // what follows a number of items: a comma and the next one, or the end
        var (restLeast, restMost) = (Math.Max(0, shape.Items.Least - fixedItems), shape.Items.Most == int.MaxValue ? int.MaxValue : shape.Items.Most - fixedItems);
        var (rest, loop) = (-1, -1);
        if (restMost > 0)
        {
            rest = compiler.RuleOf(NodesAt(shape, first)).Rule;
            loop = builder.Add(final: false);
            adds.Add(loop);
            Close(builder, loop, end);
            if (fixedItems > 0 || restMost > 1) Comma(builder, loop, rest, loop);
        }
        var (next, nextRule) = (loop, rest);
        var counted = restLeast > (fixedItems == 0 ? 1 : 0) || (restMost != int.MaxValue && restMost > (fixedItems == 0 ? 1 : 0));
        for (var i = fixedItems - 1; i >= 0; i--)
        {
            var after = builder.Add(final: false);
            if (i + 1 >= shape.Items.Least) Close(builder, after, end);
            if (next >= 0) Comma(builder, after, nextRule, next);
            // the comma before the first of the rest counts as those between them do
            if (next == loop && loop >= 0) adds.Add(after);
            (next, nextRule) = (after, compiler.RuleOf(NodesAt(shape, i)).Rule);
        }
        var start = builder.Add(final: false);
        var opened = builder.Add(final: false);
        builder.Move(start, (byte)'[', JsonLayout.Before(builder, compiler.Layout.AtBracket, opened));
        if (shape.Items.Least == 0) builder.Move(opened, (byte)']', end);
        if (next >= 0) builder.Calls(opened, [(nextRule, next)]);
        var automaton = builder.Build(start);
        if (!counted) return new Embedded(automaton);
        // commas are counted: one less than the items where there are no first ones
        var less = fixedItems == 0 ? 1 : 0;
        var range = new CountRange(Math.Max(0, restLeast - less), restMost == int.MaxValue ? int.MaxValue : restMost - less);
        return Count(automaton, adds, range, rest);
    }

    private static Counted Count(Dfa automaton, List<int> adds, CountRange range, int rest)
    {
        var (flags, high) = (new bool[automaton.Count], new int[automaton.Count]);
        foreach (var state in adds) flags[state] = true;
        // what can't but end adds nothing more
        for (var state = 0; state < high.Length; state++) high[state] = automaton.IsFinal(state) || (automaton.Step(state, (byte)']') >= 0 && automaton.Step(state, (byte)',') < 0 && automaton.Calls(state).Length == 0) ? 0 : int.MaxValue;
        return new(automaton, flags, new int[automaton.Count], high, range, rest);
    }

    private void Close(DfaBuilder builder, int state, int end)
    {
        if (compiler.Layout.AtBracket < 0)
        {
            builder.Move(state, (byte)']', end);
            return;
        }
        var close = builder.Add(final: false);
        builder.Move(close, (byte)']', end);
        builder.Calls(state, [.. builder.CallsOf(state), (compiler.Layout.AtBracket, close)]);
    }

    private void Comma(DfaBuilder builder, int state, int rule, int target)
    {
        var item = builder.Add(final: false);
        builder.Calls(item, [(rule, target)]);
        builder.Move(state, (byte)',', JsonLayout.Before(builder, compiler.Layout.AfterComma, item));
    }

    private static List<SchemaNode> NodesAt(Shape shape, int item) => [.. shape.Arrays.Select(term => term.At(item)).OfType<SchemaNode>()];

    // the items seen that count, up to where more make no difference
    private Sequence Containing(Shape shape, (SchemaNode Node, CountRange Range) contains, string path)
    {
        if (shape.Arrays.Any(term => term.First.Count > 0)) throw new PatternException($"{path}: 'contains' beside first items is not supported");
        var (least, most) = (shape.Items.Least, shape.Items.Most);
        var range = contains.Range;
        if (range.Limit > MostContained || (most != int.MaxValue ? most : least) > MostContained) throw new PatternException($"{path}: 'contains' beside more than {MostContained} items is not supported");
        var nodes = NodesAt(shape, 0);
        var (any, counted) = (compiler.RuleOf(nodes), compiler.RuleOf([.. nodes, contains.Node]));
        // where too many are wrong, it matters that the others are none
        var other = range.Most == int.MaxValue ? any : compiler.RuleOf([.. nodes, new NotNode(contains.Node)]);
        using var builder = new DfaBuilder();
        var states = new Dictionary<(int Items, int Counted), int>();
        var open = new Queue<(int Items, int Counted)>();
        var end = builder.Add(final: true);
        var items = most == int.MaxValue ? least : most;
        var start = State((0, 0));
        while (open.TryDequeue(out var at))
        {
            var state = states[at];
            if (at.Items >= least && range.Holds(at.Counted)) Close(builder, state, end);
            if (at.Items >= most) continue;
            var next = Math.Min(at.Items + 1, Math.Max(items, 1));
            var calls = new List<(int Rule, int Target)> { (other.Rule, State((next, at.Counted))) };
            if (at.Counted < range.Most && counted.Rule != other.Rule) calls.Add((counted.Rule, State((next, Math.Min(at.Counted + 1, range.Limit)))));
            var item = builder.Add(final: false);
            builder.Calls(item, [.. calls]);
            if (at.Items == 0) builder.Calls(state, [.. builder.CallsOf(state), .. calls]);
            else builder.Move(state, (byte)',', JsonLayout.Before(builder, compiler.Layout.AfterComma, item));
        }
        return new(Pattern.Text("["), new Embedded(builder.Build(start)));

        int State((int, int) key)
        {
            if (states.TryGetValue(key, out var state)) return state;
            states.Add(key, state = builder.Add(final: false));
            open.Enqueue(key);
            return state;
        }
    }

    // of a few values that are known, each at most once: the set of those that are there is the state
    private Sequence Unique(Shape shape, string path)
    {
        var values = compiler.ValuesOf(NodesAt(shape, 0));
        if (values is null || values.Count > MostUnique || shape.Arrays.Any(term => term.First.Count > 0) || shape.Contains.Any(one => one.Range != CountRange.Any))
            throw new PatternException($"{path}: the keyword 'uniqueItems' is supported only for items out of at most {MostUnique} values");
        List<JsonElement> distinct = [];
        foreach (var value in values)
            if (!distinct.Exists(other => SchemaJudge.AreEqual(other, value))) distinct.Add(value);
        var rules = distinct.Select(value => compiler.NewRule(compiler.Value(value))).ToList();
        using var builder = new DfaBuilder();
        for (var set = 0; set < 1 << rules.Count; set++) builder.Add(final: false);
        var end = builder.Add(final: true);
        for (var set = 0; set < 1 << rules.Count; set++)
        {
            var count = System.Numerics.BitOperations.PopCount((uint)set);
            if (count >= shape.Items.Least) Close(builder, set, end);
            if (count >= shape.Items.Most) continue;
            var calls = Enumerable.Range(0, rules.Count).Where(i => (set >> i & 1) == 0).Select(i => (rules[i].Rule, set | 1 << i)).ToArray();
            if (calls.Length == 0) continue;
            var item = builder.Add(final: false);
            builder.Calls(item, calls);
            if (set == 0) builder.Calls(0, [.. builder.CallsOf(0), .. calls]);
            else builder.Move(set, (byte)',', JsonLayout.Before(builder, compiler.Layout.AfterComma, item));
        }
        return new Sequence(Pattern.Text("["), new Embedded(builder.Build(0)));
    }
}
