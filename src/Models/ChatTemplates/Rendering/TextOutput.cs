using System.Text;
using DecodeAlign.Models.ChatTemplates.Text;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Rendering;

/// <summary>The text that a template, macro or captured block puts out, bounded.</summary>
internal sealed class TextOutput(RenderContext context)
{
    private readonly StringBuilder builder = new();

    public void Write(string text)
    {
        if (builder.Length + (long)text.Length > context.Options.MaxOutputLength)
            throw new TemplateFault($"the output is longer than {context.Options.MaxOutputLength} characters");
        context.Allocate(text.Length);
        builder.Append(text);
    }

    /// <summary>Writes a value as text, escaped where the place asks for it and the value is not marked as safe.</summary>
    public void Print(object? value)
    {
        var text = Printing.Str(context, value);
        Write(context.AutoEscape && value is not MarkupValue ? TextTools.Escape(context, text) : text);
    }

    public override string ToString() => builder.ToString();
}
