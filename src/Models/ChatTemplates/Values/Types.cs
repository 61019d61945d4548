using System.Numerics;
using DecodeAlign.Models.ChatTemplates.Rendering;

namespace DecodeAlign.Models.ChatTemplates.Values;

/// <summary>Python's names of types, truth, and plain conversions.</summary>
internal static class Types
{
    public static string Name(object? value) => value switch
    {
        null => "NoneType",
        bool => "bool",
        long or BigInteger => "int",
        double => "float",
        string => "str",
        MarkupValue => "Markup",
        ListValue => "list",
        TupleValue => "tuple",
        DictValue => "dict",
        DictViewValue view => view.Kind,
        GeneratorValue => "generator",
        RangeValue => "range",
        UndefinedValue => "Undefined",
        NamespaceValue => "Namespace",
        LoopValue => "LoopContext",
        MacroValue => "Macro",
        FunctionValue => "function",
        BytesValue => "bytes",
        _ => "object",
    };

    public static bool IsTrue(object? value) => value switch
    {
        null or UndefinedValue => false,
        bool flag => flag,
        long number => number != 0,
        BigInteger => true,
        double number => number != 0,
        string text => text.Length > 0,
        MarkupValue markup => markup.Text.Length > 0,
        ListValue list => list.Items.Count > 0,
        TupleValue tuple => tuple.Items.Length > 0,
        DictValue dict => dict.Items.Count > 0,
        DictViewValue view => view.Items.Count > 0,
        RangeValue range => range.Count > 0,
        BytesValue bytes => bytes.Bytes.Length > 0,
        _ => true,
    };

    public static bool IsNumber(object? value) => value is bool or long or BigInteger or double;

    /// <summary>A value's length as <c>len()</c> gives it, or null where it has none.</summary>
    public static int? Length(object? value) => value switch
    {
        string text => CodePoints.Count(text),
        MarkupValue markup => CodePoints.Count(markup.Text),
        ListValue list => list.Items.Count,
        TupleValue tuple => tuple.Items.Length,
        DictValue dict => dict.Items.Count,
        DictViewValue view => view.Items.Count,
        RangeValue range => range.Count,
        BytesValue bytes => bytes.Bytes.Length,
        UndefinedValue => 0,
        LoopValue loop => loop.Length,
        _ => null,
    };

    /// <summary>A key or name for an error, cut short.</summary>
    public static string ShortText(object? value) => value switch
    {
        string text => $"'{(text.Length <= 60 ? text : text[..60] + "...")}'",
        long or double or BigInteger or bool or null => Printing.Scalar(value),
        _ => Name(value),
    };

    public static TemplateFault WrongType(string role, string wanted, object? got) =>
        got is UndefinedValue undefined ? undefined.Fault() : new($"{role} must be {wanted}, not {Name(got)}");
}
