using DecodeAlign.Models.ChatTemplates.Expressions;
using DecodeAlign.Models.ChatTemplates.Rendering;

namespace DecodeAlign.Models.ChatTemplates.Statements;

/// <summary><c>{% set target = value %}</c>.</summary>
internal sealed class SetStatement(int line, AssignTarget target, Expression value) : Statement(line)
{
    protected override Flow Run(RenderContext context, Scope scope, TextOutput output)
    {
        var evaluated = value.Evaluate(context, scope);
        context.Line = Line;
        target.Assign(context, scope, evaluated);
        return Flow.Next;
    }
}

/// <summary><c>{% set target | filter %}…{% endset %}</c>: the block's text.</summary>
internal sealed class SetBlockStatement(int line, AssignTarget target, Expression? filter, Block body) : Statement(line)
{
    protected override Flow Run(RenderContext context, Scope scope, TextOutput output)
    {
        var text = body.Capture(context, scope);
        target.Assign(context, scope, filter is FilterExpression chain ? chain.ApplyToBlock(context, scope, text) : text);
        return Flow.Next;
    }
}
