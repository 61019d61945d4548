using DecodeAlign.Models.ChatTemplates.Expressions;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Statements;

/// <summary><c>{% for target in iterable if filter %}</c>; each iteration starts with fresh variables.</summary>
internal sealed class ForStatement(
    int line, AssignTarget target, Expression iterable, Expression? filter, Block body, Block? otherwise, bool recursive) : Statement(line)
{
    protected override Flow Run(RenderContext context, Scope scope, TextOutput output)
    {
        Loop(context, scope, output, iterable.Evaluate(context, scope), 0);
        return Flow.Next;
    }

    private void Loop(RenderContext context, Scope scope, TextOutput output, object? value, int depth)
    {
        context.Line = Line;
        var items = Iteration.Items(context, value);
        if (filter is not null) items = Filtered(context, scope, items);
        var loop = new LoopValue(items, depth, recursive ? Recurse : null);
        var inner = new Scope(scope);
        var none = true;
        for (var i = 0; i < items.Count; i++)
        {
            context.Step(3);
            loop.Index0 = i;
            inner = inner.Renew();
            inner.Set("loop", loop);
            target.Assign(context, inner, items[i]);
            var flow = body.Render(context, inner, output);
            if (flow == Flow.Break) break;
            // as Jinja has it, an iteration that was left early is none
            if (flow != Flow.Continue) none = false;
        }
        if (none) otherwise?.Render(context, new Scope(scope), output);

        string Recurse(object? children, int level)
        {
            var captured = new TextOutput(context);
            context.Enter();
            Loop(context, scope, captured, children, level);
            context.Leave();
            return captured.ToString();
        }
    }

    private List<object?> Filtered(RenderContext context, Scope scope, IReadOnlyList<object?> items)
    {
        var kept = new List<object?>();
        var inner = new Scope(scope);
        foreach (var item in items)
        {
            context.AllocateItems(1);
            inner = inner.Renew();
            target.Assign(context, inner, item);
            if (Types.IsTrue(filter!.Evaluate(context, inner))) kept.Add(item);
        }
        return kept;
    }
}
