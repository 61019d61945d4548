using DecodeAlign.Models.ChatTemplates.Rendering;

namespace DecodeAlign.Models.ChatTemplates.Statements;

/// <summary>How a statement ended: on to the next, or out of the loop or iteration around it.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}

/// <summary>A statement; immutable, so that renders can share it.</summary>
internal abstract class Statement(int line)
{
    public int Line { get; } = line;

    public Flow Execute(RenderContext context, Scope scope, TextOutput output)
    {
        context.Enter();
        context.Line = Line;
        var flow = Run(context, scope, output);
        context.Leave();
        return flow;
    }

    protected abstract Flow Run(RenderContext context, Scope scope, TextOutput output);
}

/// <summary>Statements in order, and the name of the tag that ended them.</summary>
internal sealed class Block(IReadOnlyList<Statement> statements, string end)
{
    public string End { get; } = end;

    /// <summary>Whether it holds nothing but white space.</summary>
    public bool IsBlank => statements.All(statement => statement is TextStatement text && string.IsNullOrWhiteSpace(text.Text));

    public Flow Render(RenderContext context, Scope scope, TextOutput output)
    {
        foreach (var statement in statements)
            if (statement.Execute(context, scope, output) is var flow and not Flow.Next)
                return flow;
        return Flow.Next;
    }

    /// <summary>The block's text, captured; its variables stay inside it. Marked as safe where what it put out has been escaped.</summary>
    public object Capture(RenderContext context, Scope scope)
    {
        var output = new TextOutput(context);
        Render(context, new Scope(scope), output);
        return context.Marked(output.ToString());
    }
}
