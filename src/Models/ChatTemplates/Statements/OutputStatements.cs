using DecodeAlign.Models.ChatTemplates.Expressions;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Statements;

/// <summary>Text between tags.</summary>
internal sealed class TextStatement(int line, string text) : Statement(line)
{
    public string Text => text;

    protected override Flow Run(RenderContext context, Scope scope, TextOutput output)
    {
        output.Write(text);
        return Flow.Next;
    }
}

/// <summary><c>{{ expression }}</c>.</summary>
internal sealed class PrintStatement(int line, Expression expression) : Statement(line)
{
    protected override Flow Run(RenderContext context, Scope scope, TextOutput output)
    {
        var value = expression.Evaluate(context, scope);
        if (value is not null || !context.JavaScript) output.Print(value);
        return Flow.Next;
    }
}

/// <summary><c>{% filter name %}…{% endfilter %}</c>.</summary>
internal sealed class FilterStatement(int line, Expression filter, Block body) : Statement(line)
{
    protected override Flow Run(RenderContext context, Scope scope, TextOutput output)
    {
        var value = ((FilterExpression)filter).ApplyToBlock(context, scope, body.Capture(context, scope));
        // Jinja joins what a block gives without printing it
        if (value is not (string or MarkupValue) && !context.JavaScript) throw Types.WrongType("what a filter block gives", "a string", value);
        output.Print(value);
        return Flow.Next;
    }
}

/// <summary><c>{% generation %}</c>: marks the assistant's text for training; rendering only passes it on.</summary>
internal sealed class GenerationStatement(int line, Block body) : Statement(line)
{
    protected override Flow Run(RenderContext context, Scope scope, TextOutput output) => body.Render(context, new Scope(scope), output);
}
