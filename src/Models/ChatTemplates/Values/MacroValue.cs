using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Statements;

namespace DecodeAlign.Models.ChatTemplates.Values;

/// <summary>A macro, or the body of a call block, with the scope it was defined in. A call gives the text it puts out.</summary>
internal sealed class MacroValue(MacroDefinition definition, Scope scope, bool escapes) : CallableValue
{
    public string? Name => definition.Name;

    public object? Attribute(string name) => name switch
    {
        "name" => Name ?? (object)new UndefinedValue("a call block has no name"),
        "arguments" => new TupleValue([.. definition.Parameters.Select(parameter => parameter.Name)]),
        "catch_kwargs" => definition.Mentions.Contains("kwargs"),
        "catch_varargs" => definition.Mentions.Contains("varargs"),
        "caller" => definition.Mentions.Contains("caller"),
        _ => null,
    };

    public override object? Call(RenderContext context, CallArguments arguments)
    {
        context.Step(10);
        var inner = new Scope(scope);
        var parameters = definition.Parameters;
        var keywords = new OrderedDictionary<string, object?>(arguments.Keywords);
        for (var i = 0; i < parameters.Count; i++)
        {
            var (name, fallback) = parameters[i];
            if (i < arguments.Positional.Length) inner.Set(name, arguments.Positional[i]);
            else if (keywords.Remove(name, out var value)) inner.Set(name, value);
            else if (fallback is not null) inner.Set(name, fallback.Evaluate(context, inner));
            else inner.Set(name, new UndefinedValue($"parameter '{name}' was not provided"));
        }
        if (definition.Mentions.Contains("caller") && !parameters.Any(parameter => parameter.Name == "caller"))
            inner.Set("caller", keywords.Remove("caller", out var caller) ? caller : new UndefinedValue("No caller defined"));
        SetExtra(context, inner, arguments, keywords);
        var output = new TextOutput(context);
        context.Enter();
        // its body escapes as the place does where it is written, its text counts as the place wants it where it is called
        var outer = context.AutoEscape;
        context.AutoEscape = escapes;
        definition.Body.Render(context, inner, output);
        context.AutoEscape = outer;
        context.Leave();
        return context.Marked(output.ToString());
    }

    private void SetExtra(RenderContext context, Scope inner, CallArguments arguments, OrderedDictionary<string, object?> keywords)
    {
        var label = $"macro {(Name is null ? "None" : $"'{Name}'")}";
        if (definition.Mentions.Contains("kwargs"))
        {
            var extra = new DictValue(context);
            foreach (var (name, value) in keywords)
                extra.Set(name, value);
            inner.Set("kwargs", extra);
        }
        else if (keywords.Count > 0) throw new TemplateFault($"{label} takes no keyword argument '{keywords.GetAt(0).Key}'");
        if (definition.Mentions.Contains("varargs"))
            inner.Set("varargs", new TupleValue([.. arguments.Positional.Skip(definition.Parameters.Count)]));
        else if (arguments.Positional.Length > definition.Parameters.Count)
            throw new TemplateFault($"{label} takes not more than {definition.Parameters.Count} argument(s)");
    }
}
