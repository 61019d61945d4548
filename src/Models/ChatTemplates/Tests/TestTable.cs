using System.Numerics;
using DecodeAlign.Models.ChatTemplates.Expressions;
using DecodeAlign.Models.ChatTemplates.Filters;
using DecodeAlign.Models.ChatTemplates.Methods;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Tests;

/// <summary>Jinja's tests: what may stand after <c>is</c>.</summary>
internal static class TestTable
{
    private static readonly Dictionary<string, Func<RenderContext, object?, object?, bool>> Comparisons = new(StringComparer.Ordinal)
    {
        ["divisibleby"] = (_, value, other) => !Types.IsTrue(Arithmetic.Apply('%', Number(value), Number(other))),
        ["sameas"] = (context, value, other) => value is bool or null || other is bool or null ? Equals(value, other) : Types.Name(value) == Types.Name(other) && (ReferenceEquals(value, other) || (value is string or long && context.Comparer.AreEqual(value, other))),
        ["in"] = (context, value, other) => Operators.Contains(context, other, value),
        ["=="] = Operators.AreEqual,
        ["eq"] = Operators.AreEqual,
        ["equalto"] = Operators.AreEqual,
        ["!="] = (context, value, other) => !Operators.AreEqual(context, value, other),
        ["ne"] = (context, value, other) => !Operators.AreEqual(context, value, other),
        [">"] = Comparison(">"),
        ["gt"] = Comparison(">"),
        ["greaterthan"] = Comparison(">"),
        [">="] = Comparison(">="),
        ["ge"] = Comparison(">="),
        ["<"] = Comparison("<"),
        ["lt"] = Comparison("<"),
        ["lessthan"] = Comparison("<"),
        ["<="] = Comparison("<="),
        ["le"] = Comparison("<="),
    };

    private static readonly Dictionary<string, Func<RenderContext, object?, bool>> Properties = new(StringComparer.Ordinal)
    {
        ["odd"] = (context, value) => Operators.AreEqual(context, Operators.Apply(context, '%', value, 2L), 1L),
        ["even"] = (context, value) => Operators.AreEqual(context, Operators.Apply(context, '%', value, 2L), 0L),
        ["defined"] = (_, value) => value is not UndefinedValue,
        ["undefined"] = (_, value) => value is UndefinedValue,
        ["none"] = (_, value) => value is null,
        ["boolean"] = (_, value) => value is bool,
        ["true"] = (_, value) => value is true,
        ["false"] = (_, value) => value is false,
        ["integer"] = (_, value) => value is long or BigInteger,
        ["float"] = (_, value) => value is double,
        ["number"] = (context, value) => Types.IsNumber(value) && !(context.JavaScript && value is bool),
        ["string"] = (_, value) => value is string,
        ["mapping"] = (_, value) => value is DictValue,
        ["iterable"] = (context, value) => Iteration.CanIterate(value) && !(context.JavaScript && value is DictValue or UndefinedValue),
        ["sequence"] = (context, value) => value is string or ListValue or TupleValue or DictValue or RangeValue or BytesValue || (value is UndefinedValue && !context.JavaScript),
        ["callable"] = (context, value) => value is CallableValue || (value is UndefinedValue && !context.JavaScript),
        ["escaped"] = (_, value) => value is MarkupValue,
        ["lower"] = (context, value) => StringMethods.IsCased(context, Printing.Str(context, value), char.IsLower, char.IsUpper),
        ["upper"] = (context, value) => StringMethods.IsCased(context, Printing.Str(context, value), char.IsUpper, char.IsLower),
        ["filter"] = (_, value) => value is string name && FilterTable.Exists(name),
        ["test"] = (_, value) => value is string name && Exists(name),
    };

    public static bool Exists(string name) => Properties!.ContainsKey(name) || Comparisons.ContainsKey(name);

    public static bool Holds(RenderContext context, string name, object? value, CallArguments arguments)
    {
        if (Properties.TryGetValue(name, out var property))
        {
            _ = arguments.Bind(name);
            return property(context, name == "escaped" ? value : MarkupValue.Plain(value));
        }
        if (!Comparisons.TryGetValue(name, out var comparison)) throw new TemplateFault($"No test named {Types.ShortText(name)}.");
        return comparison(context, MarkupValue.Plain(value), arguments.Bind(name, "other").Required(0));
    }

    private static Func<RenderContext, object?, object?, bool> Comparison(string operation) =>
        (context, value, other) => ComparisonExpression.Holds(context, operation, value, other);

    private static object Number(object? value) => Types.IsNumber(value) ? value! : throw Types.WrongType("the tested value", "a number", value);
}
