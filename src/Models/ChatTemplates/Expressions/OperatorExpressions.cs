using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Expressions;

/// <summary>Arithmetic on two operands; the operation is one of those of <see cref="Operators.Apply"/>.</summary>
internal sealed class BinaryExpression(int line, char operation, Expression left, Expression right) : Expression(line)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        var a = left.Evaluate(context, scope);
        var b = right.Evaluate(context, scope);
        context.Line = Line;
        return Operators.Apply(context, operation, a, b);
    }
}

/// <summary><c>~</c>: the operands as text, joined.</summary>
internal sealed class ConcatenationExpression(int line, IReadOnlyList<Expression> parts) : Expression(line)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        var values = EvaluateAll(parts, context, scope);
        context.Line = Line;
        if (context.AutoEscape && values.Any(value => value is MarkupValue)) return new MarkupValue(string.Concat(values.Select(value => MarkupValue.Escape(context, value))));
        var texts = Array.ConvertAll(values, value => Printing.Str(context, value));
        context.Allocate(texts.Sum(text => (long)text.Length));
        return string.Concat(texts);
    }
}

/// <summary><c>and</c> or <c>or</c>, which give one of their operands.</summary>
internal sealed class LogicalExpression(int line, Expression left, Expression right, bool isAnd) : Expression(line)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        var first = left.Evaluate(context, scope);
        return Types.IsTrue(first) == isAnd ? right.Evaluate(context, scope) : first;
    }
}

internal sealed class NotExpression(int line, Expression operand) : Expression(line)
{
    protected override object? Compute(RenderContext context, Scope scope) => !Types.IsTrue(operand.Evaluate(context, scope));
}

internal sealed class SignExpression(int line, bool negative, Expression operand) : Expression(line)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        var value = operand.Evaluate(context, scope);
        context.Line = Line;
        if (!Types.IsNumber(value)) throw Types.WrongType($"the operand of unary {(negative ? '-' : '+')}", "a number", value);
        return negative ? Arithmetic.Negate(value!) : value is bool flag ? (flag ? 1L : 0L) : value;
    }
}

/// <summary>Inline if; without an else its value is undefined.</summary>
internal sealed class ConditionalExpression(int line, Expression test, Expression value, Expression? otherwise) : Expression(line)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        if (Types.IsTrue(test.Evaluate(context, scope))) return value.Evaluate(context, scope);
        return otherwise is not null ? otherwise.Evaluate(context, scope)
            : new UndefinedValue("the inline if-expression evaluated to false and no else section was defined");
    }
}

/// <summary>Comparisons, chained as in Python: <c>a &lt; b &lt; c</c> is <c>a &lt; b and b &lt; c</c>.</summary>
internal sealed class ComparisonExpression(int line, Expression first, IReadOnlyList<(string Operation, Expression Operand)> rest) : Expression(line)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        var left = first.Evaluate(context, scope);
        foreach (var (operation, operand) in rest)
        {
            var right = operand.Evaluate(context, scope);
            context.Line = Line;
            if (!Holds(context, operation, left, right)) return false;
            left = right;
        }
        return true;
    }

    public static bool Holds(RenderContext context, string operation, object? left, object? right) => operation switch
    {
        "==" => Operators.AreEqual(context, left, right),
        "!=" => !Operators.AreEqual(context, left, right),
        "in" => Operators.Contains(context, right, left),
        "not in" => !Operators.Contains(context, right, left),
        "<" => Ordering.Compare(context, left, right, "<") < 0,
        "<=" => Ordering.Compare(context, left, right, "<=") <= 0,
        ">" => Ordering.Compare(context, left, right, ">") > 0,
        _ => Ordering.Compare(context, left, right, ">=") >= 0,
    };
}
