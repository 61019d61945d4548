using DecodeAlign.Models.ChatTemplates.Expressions;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Statements;

/// <summary><c>{% block name %}</c>: in a template that stands alone, a part with a name. It sees the template's own variables, and those around it where it is <c>scoped</c>.</summary>
internal sealed class BlockStatement(int line, string name, Block body, bool scoped, bool required) : Statement(line)
{
    public string Name => name;

    public string Capture(RenderContext context)
    {
        var output = new TextOutput(context);
        Render(context, context.TopLevel, output);
        return output.ToString();
    }

    protected override Flow Run(RenderContext context, Scope scope, TextOutput output)
    {
        Render(context, scoped ? scope : context.TopLevel, output);
        return Flow.Next;
    }

    private void Render(RenderContext context, Scope scope, TextOutput output)
    {
        if (required) throw new TemplateFault($"Required block '{name}' not found");
        var inner = new Scope(scope);
        inner.Set("super", new UndefinedValue($"there is no parent block called '{name}'."));
        // a block is compiled on its own, where nothing is escaped
        var escapes = context.AutoEscape;
        context.AutoEscape = false;
        body.Render(context, inner, output);
        context.AutoEscape = escapes;
    }
}

/// <summary><c>self</c>: the template's blocks, to be put out again.</summary>
internal sealed class BlocksValue(IReadOnlyDictionary<string, BlockStatement> blocks) : AttributeBag
{
    public override object? Find(string name) => !blocks.TryGetValue(name, out var block) ? null : new FunctionValue(name, (context, arguments) =>
    {
        _ = arguments.Bind(name);
        context.Enter();
        var text = context.Marked(block.Capture(context));
        context.Leave();
        return text;
    });
}

/// <summary><c>{% autoescape true %}…{% endautoescape %}</c>: what its body puts out is escaped for HTML, unless marked as safe.</summary>
internal sealed class AutoescapeStatement(int line, Expression enabled, Block body) : Statement(line)
{
    protected override Flow Run(RenderContext context, Scope scope, TextOutput output)
    {
        var outer = context.AutoEscape;
        context.AutoEscape = Types.IsTrue(enabled.Evaluate(context, scope));
        var flow = body.Render(context, new Scope(scope), output);
        context.AutoEscape = outer;
        return flow;
    }
}
