using DecodeAlign.Models.ChatTemplates.Expressions;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Statements;

/// <summary>A macro as written; <see cref="Mentions"/> holds those of caller, varargs and kwargs that its body uses.</summary>
internal sealed record MacroDefinition(
    string? Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, Block Body, IReadOnlySet<string> Mentions);

/// <summary><c>{% macro name(parameters) %}</c>.</summary>
internal sealed class MacroStatement(int line, string name, MacroDefinition definition) : Statement(line)
{
    protected override Flow Run(RenderContext context, Scope scope, TextOutput output)
    {
        scope.Capture();
        scope.Set(name, new MacroValue(definition, scope, context.AutoEscape));
        return Flow.Next;
    }
}

/// <summary><c>{% call(parameters) macro(arguments) %}</c>: its body is what the macro's <c>caller()</c> renders.</summary>
internal sealed class CallStatement(int line, CallExpression call, MacroDefinition definition) : Statement(line)
{
    protected override Flow Run(RenderContext context, Scope scope, TextOutput output)
    {
        scope.Capture();
        var value = call.CallWith(context, scope, new MacroValue(definition, scope, context.AutoEscape));
        output.Print(value);
        return Flow.Next;
    }
}
