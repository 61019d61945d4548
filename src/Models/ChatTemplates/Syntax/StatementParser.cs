using DecodeAlign.Models.ChatTemplates.Expressions;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Statements;

namespace DecodeAlign.Models.ChatTemplates.Syntax;

/// <summary>Jinja's statement grammar.</summary>
internal sealed class StatementParser
{
    private readonly TokenStream stream;
    private readonly SpecialNames specialNames = new();
    private readonly ExpressionParser expressions;
    private readonly TargetParser targets;
    private readonly Dictionary<string, BlockStatement> blocks = new(StringComparer.Ordinal);
    private int loops;

    private StatementParser(TokenStream stream)
    {
        this.stream = stream;
        expressions = new ExpressionParser(stream, specialNames);
        targets = new TargetParser(stream, expressions);
    }

    /// <summary>The template's statements, and its blocks by name.</summary>
    public static (Block Body, IReadOnlyDictionary<string, BlockStatement> Blocks) Parse(string source, int maxDepth)
    {
        var parser = new StatementParser(new TokenStream(TemplateLexer.Tokenize(source), maxDepth));
        return (parser.ParseBody(), parser.blocks);
    }

    /// <summary>Statements up to a block whose name is one of the ends; stops before that name.</summary>
    private Block ParseBody(params string[] ends)
    {
        stream.Enter();
        var body = new List<Statement>();
        while (true)
        {
            var token = stream.Current;
            if (token.Kind == TokenKind.End)
            {
                if (ends.Length > 0) throw stream.Fail($"unexpected end of template, expected {string.Join(" or ", ends)}");
                break;
            }
            stream.Take();
            if (token.Kind == TokenKind.Data) body.Add(new TextStatement(token.Line, token.Text));
            else if (token.Kind == TokenKind.VariableBegin)
            {
                body.Add(new PrintStatement(token.Line, expressions.ParseTuple()));
                stream.Expect(TokenKind.VariableEnd, "end of print statement");
            }
            else
            {
                var name = stream.Expect(TokenKind.Name, "a tag's name");
                if (ends.Contains(name.Text))
                {
                    stream.Leave();
                    return new Block(body, name.Text);
                }
                body.Add(ParseStatement(name));
                stream.Expect(TokenKind.BlockEnd, "end of statement block");
            }
        }
        stream.Leave();
        return new Block(body, "");
    }

    /// <summary>The body of a block tag whose own end is still to come.</summary>
    private Block ParseInner(params string[] ends)
    {
        stream.SkipOperator(":");
        stream.Expect(TokenKind.BlockEnd, "end of statement block");
        return ParseBody(ends);
    }

    private Statement ParseStatement(Token name)
    {
        switch (name.Text)
        {
            case "if": return ParseIf(name.Line);
            case "for": return ParseFor(name.Line);
            case "set": return ParseSet(name.Line);
            case "macro": return ParseMacro(name.Line);
            case "call": return ParseCall(name.Line);
            case "filter":
                return new FilterStatement(name.Line, expressions.ParseFilterChain(null, startInline: true), ParseInner("endfilter"));
            case "with": return ParseWith(name.Line);
            case "generation": return new GenerationStatement(name.Line, OutsideLoops(() => ParseInner("endgeneration")));
            case "print": return new PrintStatement(name.Line, expressions.ParseTuple());
            case "break" or "continue":
                if (loops == 0) throw new TemplateFault($"'{name.Text}' outside a loop", name.Line);
                return new JumpStatement(name.Line, name.Text == "break" ? Flow.Break : Flow.Continue);
            case "block": return ParseBlock(name.Line);
            case "autoescape": return new AutoescapeStatement(name.Line, expressions.Parse(), ParseInner("endautoescape"));
            case "include" or "import" or "from" or "extends":
                throw new TemplateFault($"'{name.Text}' is not supported in chat templates, which stand alone", name.Line);
            default:
                throw new TemplateFault($"Encountered unknown tag {name}", name.Line);
        }
    }

    private IfStatement ParseIf(int line)
    {
        var branches = new List<(Expression Test, Block Body)>();
        while (true)
        {
            var test = expressions.ParseTuple(withConditional: false);
            var body = ParseInner("elif", "else", "endif");
            branches.Add((test, body));
            if (body.End == "elif") continue;
            return new IfStatement(line, branches, body.End == "else" ? ParseInner("endif") : null);
        }
    }

    private ForStatement ParseFor(int line)
    {
        var target = targets.Parse(withNamespace: false, endName: "in");
        stream.ExpectName("in");
        var iterable = expressions.ParseTuple(withConditional: false, endName: "recursive");
        var filter = stream.SkipName("if") ? expressions.Parse() : null;
        var recursive = stream.SkipName("recursive");
        loops++;
        var body = ParseInner("endfor", "else");
        loops--;
        return new ForStatement(line, target, iterable, filter, body, body.End == "else" ? ParseInner("endfor") : null, recursive);
    }

    private Statement ParseSet(int line)
    {
        var target = targets.Parse(withNamespace: true, endName: null);
        if (stream.SkipOperator("=")) return new SetStatement(line, target, expressions.ParseTuple());
        var filter = stream.Current.IsOperator("|") ? expressions.ParseFilterChain(null, startInline: false) : null;
        return new SetBlockStatement(line, target, filter, ParseInner("endset"));
    }

    private MacroStatement ParseMacro(int line)
    {
        var name = targets.ParseName();
        var parameters = targets.ParseParameters();
        return new MacroStatement(line, name, ParseMacroBody(name, parameters, "endmacro"));
    }

    private CallStatement ParseCall(int line)
    {
        var parameters = stream.Current.IsOperator("(") ? targets.ParseParameters() : [];
        if (expressions.Parse() is not CallExpression call) throw new TemplateFault("expected call", line);
        return new CallStatement(line, call, ParseMacroBody(null, parameters, "endcall"));
    }

    private MacroDefinition ParseMacroBody(string? name, List<(string Name, Expression? Default)> parameters, string end)
    {
        specialNames.EnterMacro();
        var body = OutsideLoops(() => ParseInner(end));
        return new MacroDefinition(name, parameters, body, specialNames.LeaveMacro());
    }

    private WithStatement ParseWith(int line)
    {
        var values = new List<(AssignTarget Target, Expression Value)>();
        while (stream.Current.Kind != TokenKind.BlockEnd && !stream.Current.IsOperator(":"))
        {
            if (values.Count > 0) stream.ExpectOperator(",");
            var target = targets.ParseOne(withNamespace: false);
            stream.ExpectOperator("=");
            values.Add((target, expressions.Parse()));
        }
        return new WithStatement(line, values, ParseInner("endwith"));
    }

    private BlockStatement ParseBlock(int line)
    {
        var name = stream.Expect(TokenKind.Name, "a block's name").Text;
        if (blocks.ContainsKey(name)) throw new TemplateFault($"block '{name}' defined twice", line);
        var scoped = stream.SkipName("scoped");
        var required = stream.SkipName("required");
        if (stream.Current.IsOperator("-")) throw new TemplateFault("a block's name may not contain hyphens", line);
        // taken before its body is read, in which it must not be defined again
        blocks.Add(name, null!);
        var body = OutsideLoops(() => ParseInner("endblock"));
        if (required && !body.IsBlank) throw new TemplateFault("Required blocks can only contain comments or whitespace", line);
        stream.SkipName(name);
        return blocks[name] = new BlockStatement(line, name, body, scoped, required);
    }

    // a loop outside a macro's body can't be left from inside it
    private Block OutsideLoops(Func<Block> parse)
    {
        var outer = loops;
        loops = 0;
        var body = parse();
        loops = outer;
        return body;
    }
}
