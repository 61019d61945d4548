using System.Numerics;
using DecodeAlign.Models.ChatTemplates.Methods;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Rendering;

/// <summary>
/// <c>value.name</c> and <c>value[key]</c>: Jinja tries attributes first for a dot and items first for brackets.
/// Only the attributes listed here and in the methods exist; no host object is ever reached.
/// </summary>
internal static class Lookups
{
    public static object? Attribute(RenderContext context, object? value, string name)
    {
        if (value is UndefinedValue undefined) return context.JavaScript ? undefined : throw undefined.Fault();
        if (context.JavaScript && value is DictValue keyed && keyed.TryGet(name, out var own)) return own;
        if (TryAttribute(context, value, name, out var attribute)) return attribute;
        if (value is DictValue dict && dict.TryGet(name, out var item)) return item;
        return Missing(value, name);
    }

    public static object? Item(RenderContext context, object? value, object? key)
    {
        if (value is UndefinedValue undefined) return context.JavaScript ? undefined : throw undefined.Fault();
        key = MarkupValue.Plain(key);
        if (value is MarkupValue markup && key is not string) return MarkupValue.Mark(Item(context, markup.Text, key));
        if (value is DictValue dict)
        {
            if (key is not (ListValue or DictValue) && dict.TryGet(key, out var item)) return item;
        }
        else if (key is long or bool or BigInteger && TryIndex(context, value, key, out var element)) return element;
        if (key is string name && TryAttribute(context, value, name, out var attribute)) return attribute;
        return key is string missing ? Missing(value, missing) : UndefinedValue.Attribute(value, key);
    }

    /// <summary>The value at a path such as <c>a.b.0</c>, as filters take it; a part of digits is an index.</summary>
    public static object? Path(RenderContext context, object? value, object? path, object? fallback = null)
    {
        if (path is null) return value;
        object[] parts = path is string text ? text.Split('.') : [path];
        foreach (var part in parts)
        {
            var key = part is string { Length: > 0 and < 19 } digits && digits.All(char.IsAsciiDigit) ? (object)long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture) : part;
            value = Item(context, value, key);
            if (value is UndefinedValue && fallback is not null) value = fallback;
        }
        return value;
    }

    /// <summary>An attribute proper: never a dict's item.</summary>
    public static bool TryAttribute(RenderContext context, object? value, string name, out object? attribute)
    {
        attribute = value switch
        {
            MarkupValue markup => StringMethods.Find(markup.Text, name) is { } method
                ? new FunctionValue(name, (inner, arguments) => MarkupValue.Mark(method.Call(inner, arguments))) : null,
            string text => StringMethods.Find(text, name),
            ListValue list => ListMethods.Find(list, name),
            TupleValue tuple => (tuple as GroupValue, name) switch
            {
                ({ } group, "grouper") => group.Grouper,
                ({ } group, "list") => group.List,
                _ => ListMethods.Find(tuple, name),
            },
            RangeValue range => name switch
            {
                "start" => range.Start,
                "stop" => range.Stop,
                "step" => range.Increment,
                _ => ListMethods.Find(range, name),
            },
            DictValue dict => DictMethods.Find(dict, name),
            LoopValue loop => loop.Attribute(name),
            MacroValue macro => macro.Attribute(name),
            AttributeBag bag => bag.Find(name),
            BytesValue bytes => BytesValue.Find(bytes, name),
            _ => null,
        };
        if (value is NamespaceValue space) return space.Attributes.TryGetValue(name, out attribute);
        if (attribute is null && context.JavaScript && name == "length" && value is string or ListValue)
        {
            if (value is string text) context.Scan(text.Length);
            attribute = (long)Types.Length(value)!.Value;
        }
        // these can be None themselves
        return attribute is not null || (value is GroupValue && name == "grouper") || (value is LoopValue && name is "previtem" or "nextitem");
    }

    private static bool TryIndex(RenderContext context, object? value, object key, out object? element)
    {
        element = null;
        if (value is string self) context.Scan(self.Length);
        var length = value is LoopValue or DictViewValue ? null : Types.Length(value);
        if (length is not { } count) return false;
        var index = Arithmetic.Integer(key);
        if (index.Sign < 0) index += count;
        if (index.Sign < 0 || index >= count) return false;
        var at = (int)index;
        if (value is string text)
        {
            element = CodePoints.AreUnits(text) ? text[at].ToString() : text[CodePoints.Offset(text, at)..CodePoints.Offset(text, at + 1)];
        }
        else element = Iteration.Items(context, value)[at];
        return true;
    }

    private static UndefinedValue Missing(object? value, string name) => name.StartsWith("__", StringComparison.Ordinal)
        ? new UndefinedValue($"access to attribute {Types.ShortText(name)} of '{Types.Name(value)}' object is unsafe")
        : UndefinedValue.Attribute(value, name);
}
