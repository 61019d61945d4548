using System.Text.Json;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Statements;
using DecodeAlign.Models.ChatTemplates.Syntax;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates;

/// <summary>
/// A parsed chat template: Jinja as models' makers write it, read as transformers reads it (<c>trim_blocks</c> and
/// <c>lstrip_blocks</c> on, loop controls, <c>generation</c> blocks, <c>tojson</c>, <c>raise_exception</c>,
/// <c>strftime_now</c>). Templates are untrusted: they reach no host object, and every render is bounded by
/// <see cref="ChatTemplateOptions"/>. Immutable; concurrent renders are safe.
/// </summary>
public sealed class ChatTemplate
{
    private readonly Block body;
    private readonly IReadOnlyDictionary<string, BlockStatement> blocks;
    private readonly ChatTemplateOptions options;

    private ChatTemplate(string name, string source, (Block Body, IReadOnlyDictionary<string, BlockStatement> Blocks) parsed, ChatTemplateOptions options)
    {
        Name = name;
        Source = source;
        (body, blocks) = parsed;
        this.options = options;
    }

    /// <summary>The name that errors give.</summary>
    public string Name { get; }

    /// <summary>The template's text.</summary>
    public string Source { get; }

    /// <summary>Parses a template.</summary>
    /// <param name="source">The template's text.</param>
    /// <param name="name">A name for errors, such as the file's.</param>
    /// <param name="options">Limits and surroundings of parsing and rendering; null for the defaults.</param>
    /// <returns>The template.</returns>
    /// <exception cref="ChatTemplateException">The text is not a template, is too long or is nested too deeply.</exception>
    public static ChatTemplate Parse(string source, string name = "chat_template", ChatTemplateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= ChatTemplateOptions.Default;
        try
        {
            if (source.Length > options.MaxSourceLength) throw new TemplateFault($"the template is longer than {options.MaxSourceLength} characters", 1);
            return new ChatTemplate(name, source, StatementParser.Parse(source, options.MaxDepth), options);
        }
        catch (TemplateFault fault)
        {
            throw new ChatTemplateException(name, fault.Line, fault.Message, raisedByTemplate: false);
        }
    }

    /// <summary>Renders a conversation as transformers' <c>apply_chat_template</c> does: tools and documents that are not given are none.</summary>
    /// <param name="input">The conversation and what goes with it.</param>
    /// <param name="cancellationToken">Stops the render.</param>
    /// <returns>The prompt.</returns>
    /// <exception cref="ChatTemplateException">The template refused the conversation, failed, or reached a limit.</exception>
    /// <exception cref="ArgumentException"><see cref="ChatTemplateInput.Variables"/> is no object or names one of the input's own variables.</exception>
    public string Render(ChatTemplateInput input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Render(InputVariables.Set, input, cancellationToken);
    }

    /// <summary>Renders with exactly the variables given and no other.</summary>
    /// <param name="variables">A JSON object: each property is a variable.</param>
    /// <param name="cancellationToken">Stops the render.</param>
    /// <returns>The rendered text.</returns>
    /// <exception cref="ChatTemplateException">The template raised an exception, failed, or reached a limit.</exception>
    /// <exception cref="ArgumentException">The variables are no JSON object.</exception>
    public string Render(JsonElement variables, CancellationToken cancellationToken = default)
    {
        if (variables.ValueKind != JsonValueKind.Object) throw new ArgumentException("The variables must be a JSON object.", nameof(variables));
        return Render(InputVariables.SetAll, variables, cancellationToken);
    }

    private string Render<T>(Action<RenderContext, Scope, T> setVariables, T variables, CancellationToken cancellationToken)
    {
        var scope = new Scope(null);
        var context = new RenderContext(options, cancellationToken) { TopLevel = new Scope(scope) };
        try
        {
            scope.Set("self", new BlocksValue(blocks));
            setVariables(context, scope, variables);
            var output = new TextOutput(context);
            body.Render(context, context.TopLevel, output);
            return output.ToString();
        }
        catch (TemplateFault fault)
        {
            throw new ChatTemplateException(Name, fault.Line > 0 ? fault.Line : context.Line, fault.Message, fault.Raised);
        }
    }
}
