using DecodeAlign.Models.ChatTemplates.Filters;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Tests;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Expressions;

/// <summary><c>callee(arguments)</c>.</summary>
internal sealed class CallExpression(int line, Expression callee, CallParts parts) : Expression(line)
{
    /// <summary>Calls with the body of a call block as the <c>caller</c> argument.</summary>
    public object? CallWith(RenderContext context, Scope scope, MacroValue? caller)
    {
        var function = callee.Evaluate(context, scope);
        var arguments = parts.Evaluate(context, scope);
        context.Line = Line;
        if (caller is not null) arguments = arguments.With("caller", caller);
        return function switch
        {
            CallableValue callable => callable.Call(context, arguments),
            UndefinedValue undefined => throw undefined.Fault(),
            _ => throw new TemplateFault($"'{Types.Name(function)}' object is not callable"),
        };
    }

    protected override object? Compute(RenderContext context, Scope scope) => CallWith(context, scope, null);
}

/// <summary><c>input | name(arguments)</c>.</summary>
internal sealed class FilterExpression(int line, Expression? input, string name, CallParts parts) : Expression(line)
{
    /// <summary>Applies the chain to a captured block, which stands at the chain's start.</summary>
    public object? ApplyToBlock(RenderContext context, Scope scope, object captured)
    {
        var value = input is FilterExpression inner ? inner.ApplyToBlock(context, scope, captured) : captured;
        return Apply(context, scope, value);
    }

    protected override object? Compute(RenderContext context, Scope scope) => Apply(context, scope, input!.Evaluate(context, scope));

    private object? Apply(RenderContext context, Scope scope, object? value)
    {
        var arguments = parts.Evaluate(context, scope);
        context.Line = Line;
        return FilterTable.Apply(context, name, value, arguments);
    }
}

/// <summary><c>operand is name(arguments)</c>.</summary>
internal sealed class TestExpression(int line, Expression operand, string name, CallParts parts) : Expression(line)
{
    protected override object? Compute(RenderContext context, Scope scope)
    {
        var value = operand.Evaluate(context, scope);
        var arguments = parts.Evaluate(context, scope);
        context.Line = Line;
        return TestTable.Holds(context, name, value, arguments);
    }
}
