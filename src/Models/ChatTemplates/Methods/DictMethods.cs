using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Methods;

/// <summary>Methods of dicts.</summary>
internal static class DictMethods
{
    private static readonly MethodTable<DictValue> Table = new(new Dictionary<string, Method<DictValue>>
    {
        ["get"] = (_, self, arguments) =>
        {
            var bound = arguments.Bind("get", "key", "default");
            return self.TryGet(bound.Required(0), out var value) ? value : bound.Value(1, null);
        },
        ["keys"] = (context, self, arguments) => View(context, arguments, "dict_keys", self, [.. self.Keys]),
        ["values"] = (context, self, arguments) => View(context, arguments, "dict_values", self, [.. self.Items.Values]),
        ["items"] = (context, self, arguments) => View(context, arguments, "dict_items", self, Pairs(self)),
        ["copy"] = (context, self, _) => Copy(context, self),
        ["update"] = Update,
        ["setdefault"] = (context, self, arguments) =>
        {
            var bound = arguments.Bind("setdefault", "key", "default");
            if (self.TryGet(bound.Required(0), out var value)) return value;
            context.AllocateItems(2);
            self.Set(bound.Required(0), bound.Value(1, null));
            return bound.Value(1, null);
        },
        ["pop"] = (_, self, arguments) =>
        {
            var bound = arguments.Bind("pop", "key", "default");
            if (self.Items.Remove(DictValue.ToKey(bound.Required(0)), out var value)) return value;
            return bound.Has(1) ? bound.Value(1, null) : throw new TemplateFault($"no key {Types.ShortText(bound.Required(0))} to pop");
        },
        ["clear"] = (_, self, _) =>
        {
            self.Items.Clear();
            return null;
        },
    });

    public static FunctionValue? Find(DictValue dict, string name) => Table.Find(dict, name);

    public static List<object?> Pairs(DictValue dict) => [.. dict.Items.Select(pair => new TupleValue([DictValue.FromKey(pair.Key), pair.Value]))];

    public static DictValue Copy(RenderContext context, DictValue dict)
    {
        context.AllocateItems(2L * dict.Items.Count);
        var copy = new DictValue(context);
        foreach (var (key, value) in dict.Items)
            copy.Items[key] = value;
        return copy;
    }

    /// <summary>Adds a mapping's or a sequence of pairs' items, then the keyword arguments.</summary>
    public static object? Update(RenderContext context, DictValue self, CallArguments arguments)
    {
        if (arguments.Positional.Length > 1) throw new TemplateFault("update expected at most 1 argument");
        if (arguments.Positional.Length == 1)
        {
            if (arguments.Positional[0] is UndefinedValue undefined && !context.JavaScript) throw undefined.Fault();
            var pairs = arguments.Positional[0] is DictValue other ? Pairs(other) : Iteration.Items(context, arguments.Positional[0]);
            foreach (var pair in pairs.ToArray())
            {
                var items = Iteration.Items(context, pair);
                if (items.Count != 2) throw new TemplateFault("a dictionary update sequence must hold pairs");
                context.AllocateItems(2);
                context.Step(16);
                self.Set(items[0], items[1]);
            }
        }
        foreach (var (name, value) in arguments.Keywords)
            self.Set(name, value);
        return null;
    }

    private static object View(RenderContext context, CallArguments arguments, string kind, DictValue self, List<object?> items)
    {
        _ = arguments.Bind(kind);
        context.AllocateItems(self.Items.Count);
        return context.JavaScript ? new ListValue(items) : new DictViewValue(kind, items);
    }
}
