using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Methods;

/// <summary>
/// Methods of lists and tuples. Those that change a list work here, though the transformers sandbox refuses them:
/// the lists belong to this render alone.
/// </summary>
internal static class ListMethods
{
    private static readonly MethodTable<ListValue> Lists = new(new Dictionary<string, Method<ListValue>>
    {
        ["append"] = (context, self, arguments) =>
        {
            var item = arguments.Bind("append", "object").Required(0);
            context.AllocateItems(1);
            self.Items.Add(item);
            return null;
        },
        ["extend"] = (context, self, arguments) =>
        {
            self.Items.AddRange(Iteration.Copy(context, arguments.Bind("extend", "iterable").Required(0)));
            return null;
        },
        ["insert"] = (context, self, arguments) =>
        {
            var bound = arguments.Bind("insert", "index", "object");
            context.AllocateItems(1);
            Move(context, self);
            self.Items.Insert((int)Position(bound.RequiredInteger(0), self.Items.Count), bound.Required(1));
            return null;
        },
        ["pop"] = (context, self, arguments) =>
        {
            Move(context, self);
            var index = arguments.Bind("pop", "index").Integer(0, -1);
            if (index < 0) index += self.Items.Count;
            if (index < 0 || index >= self.Items.Count) throw new TemplateFault(self.Items.Count == 0 ? "pop from empty list" : "pop index out of range");
            var item = self.Items[(int)index];
            self.Items.RemoveAt((int)index);
            return item;
        },
        ["remove"] = (context, self, arguments) =>
        {
            Move(context, self);
            self.Items.RemoveAt(Find(context, self.Items, arguments.Bind("remove", "value").Required(0)));
            return null;
        },
        ["clear"] = (_, self, _) =>
        {
            self.Items.Clear();
            return null;
        },
        ["reverse"] = (context, self, _) =>
        {
            context.Step(self.Items.Count / 8);
            self.Items.Reverse();
            return null;
        },
        ["copy"] = (context, self, _) => new ListValue(Iteration.Copy(context, self)),
        ["index"] = (context, self, arguments) => (long)Find(context, self.Items, arguments.Bind("index", "value").Required(0)),
        ["count"] = (context, self, arguments) => Count(context, self.Items, arguments),
    });

    private static readonly MethodTable<TupleValue> Tuples = new(new Dictionary<string, Method<TupleValue>>
    {
        ["index"] = (context, self, arguments) => (long)Find(context, self.Items, arguments.Bind("index", "value").Required(0)),
        ["count"] = (context, self, arguments) => Count(context, self.Items, arguments),
    });

    private static readonly MethodTable<RangeValue> Ranges = new(new Dictionary<string, Method<RangeValue>>
    {
        ["index"] = (context, self, arguments) => (long)Find(context, self, arguments.Bind("index", "value").Required(0)),
        ["count"] = (context, self, arguments) => Count(context, self, arguments),
    });

    public static FunctionValue? Find(RangeValue range, string name) => Ranges.Find(range, name);

    public static FunctionValue? Find(ListValue list, string name) => Lists.Find(list, name);

    public static FunctionValue? Find(TupleValue tuple, string name) => Tuples.Find(tuple, name);

    /// <summary>Charges moving the items behind a place.</summary>
    private static void Move(RenderContext context, ListValue list) => context.Step(list.Items.Count / 64);

    private static long Position(long index, int count) => Math.Clamp(index < 0 ? Math.Max(index, -count) + count : index, 0, count);

    private static int Find(RenderContext context, IReadOnlyList<object?> items, object? wanted)
    {
        for (var i = 0; i < items.Count; i++)
        {
            context.Step(1);
            if (context.Comparer.AreEqual(items[i], wanted)) return i;
        }
        throw new TemplateFault("the value is not in the list");
    }

    private static long Count(RenderContext context, IReadOnlyList<object?> items, CallArguments arguments)
    {
        var wanted = arguments.Bind("count", "value").Required(0);
        context.Step(items.Count);
        return items.Count(item => context.Comparer.AreEqual(item, wanted));
    }
}
