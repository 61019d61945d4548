using System.Text;

namespace DecodeAlign.Tests;

/// <summary>Random templates: statements in one another with white space about them, trimmed in every way, and expressions of <see cref="ExpressionGenerator"/>.</summary>
internal sealed class TemplateGenerator
{
    private static readonly string[] Spaces = ["", "", "", " ", "\n", "\n  ", "  \n", "\n\n", "\t", "x", "<|im|>", "a b\n", " y ", "\r\n", "é", "{ }", "%", "# ", "}}", "\u00a0\n"];

    private readonly Random _random;
    private readonly ExpressionGenerator _expressions;
    private readonly StringBuilder _text = new();
    private int _names;
    private int _statements;

    private TemplateGenerator(Random random)
    {
        _random = random;
        _expressions = new(random);
    }

    /// <summary>The template of a seed.</summary>
    public static string Make(int seed)
    {
        var generator = new TemplateGenerator(new(seed));
        generator.Body(0);
        return generator._text.ToString();
    }

    private void Body(int depth)
    {
        for (var count = _random.Next(1, depth == 0 ? 4 : 3); count > 0; count--)
        {
            Space();
            if (_statements++ > 8 || depth > 3 || _random.Next(5) < 2) Print();
            else Statement(depth);
        }
        Space();
    }

    private void Space() => _text.Append(Pick(Spaces)).Append(Pick(Spaces));

    private void Print() => Tag("{{", Expression(), "}}");

    private void Statement(int depth)
    {
        switch (_random.Next(12))
        {
            case 0 or 1: If(depth); break;
            case 2 or 3 or 4: For(depth); break;
            case 5: Set(); break;
            case 6: Tag("{%", $"set {Name(Kind.Text)}{Pick(["", " | upper", " | trim"])}"); Body(depth + 1); Tag("{%", "endset"); break;
            case 7: Namespace(); break;
            case 8: Macro(depth); break;
            case 9: Tag("{%", $"filter {Pick(["upper", "trim", "replace('a', 'b')", "indent(2)", "length", "title"])}"); Body(depth + 1); Tag("{%", "endfilter"); break;
            case 10: Tag("{%", "raw"); _text.Append(Pick(["{{ a }}", "{% if %}", " {# x #} ", "\n"])); Tag("{%", "endraw"); break;
            default: Tag("{#", Pick(["note", " {{ a }} ", "a\nb", "%}"]), "#}"); break;
        }
    }

    private void If(int depth)
    {
        Tag("{%", "if " + _expressions.Of(Kind.Truth));
        Body(depth + 1);
        if (_random.Next(3) == 0) { Tag("{%", "elif " + Expression()); Body(depth + 1); }
        if (_random.Next(2) == 0) { Tag("{%", "else"); Body(depth + 1); }
        Tag("{%", "endif");
    }

    private void For(int depth)
    {
        var isMap = _random.Next(4) == 0;
        var (first, second) = (Name(isMap ? Kind.Text : Kind.Map, add: false), Name(Kind.Text, add: false));
        var source = isMap ? $"({_expressions.Of(Kind.Map)}).items()" : _random.Next(3) == 0 ? Pick(["m", "users", "words", "l", "s", "range(3)"]) : _expressions.Of(Kind.List);
        Tag("{%", $"for {(isMap ? $"{first}, {second}" : first)} in {source}{(_random.Next(5) == 0 ? $" if {Pick([first, _expressions.Of(Kind.Truth), $"{first} is string"])}" : "")}");
        var names = _expressions.Names[Pick([Kind.Text, Kind.Map, Kind.Integer])];
        names.Add(first);
        Body(depth + 1);
        Tag("{{", Pick([first, $"{first}.role", $"{first}['content']", "loop.index", "loop.index0", "loop.revindex", "loop.first", "loop.last", "loop.length", "loop.cycle('a', 'b')", "loop.changed(loop.first)", "loop.previtem", "loop.nextitem", "loop.depth", isMap ? second : first]), "}}");
        if (_random.Next(6) == 0) Tag("{%", $"if {_expressions.Of(Kind.Truth)} %}}{{% {Pick(["break", "continue"])} %}}{{% endif");
        names.Remove(first);
        if (_random.Next(4) == 0) { Tag("{%", "else"); Body(depth + 1); }
        Tag("{%", "endfor");
    }

    private void Set()
    {
        var kind = _expressions.AnyKind();
        var value = _expressions.Of(kind);
        if (_random.Next(5) == 0) Tag("{%", $"set {Name(kind)}, {Name(Kind.Integer)} = {value}, {_expressions.Of(Kind.Integer)}");
        else Tag("{%", $"set {Name(kind)} = {value}");
    }

    private void Namespace()
    {
        var space = "n" + _names++;
        Tag("{%", $"set {space} = namespace(x={_expressions.Of(Kind.Integer)}, y={_expressions.Of(Kind.List)})");
        Tag("{%", $"for i in {Pick(["l", "range(3)", "words"])}");
        Tag("{%", $"set {space}.{Pick(["x", "z"])} = {Pick([$"{space}.x + 1", "i", _expressions.Any()])}");
        Tag("{%", "endfor");
        Tag("{{", $"{space}.{Pick(["x", "y", "z"])}", "}}");
    }

    private void Macro(int depth)
    {
        var name = "f" + _names++;
        Tag("{%", $"macro {name}(p, q={_expressions.Any(2)})");
        _expressions.Names[Kind.Text].Add("p");
        Body(depth + 1);
        _expressions.Names[Kind.Text].Remove("p");
        var calls = _random.Next(3) == 0;
        Tag("{{", calls ? "caller(p)" : Pick(["q", "varargs", "kwargs", "p ~ q"]), "}}");
        Tag("{%", "endmacro");
        if (!calls)
        {
            Tag("{{", $"{name}({Pick(["", _expressions.Any(), $"{_expressions.Any()}, {_expressions.Any()}", $"q={_expressions.Any()}, p=1", "1, 2, 3", "1, z=2"])})", "}}");
            return;
        }
        Tag("{%", $"call(v) {name}({_expressions.Any()})");
        _text.Append("{{ v }}");
        Body(depth + 2);
        Tag("{%", "endcall");
    }

    private string Expression() => _random.Next(40) == 0 ? $"raise_exception({_expressions.Any()})" : _random.Next(40) == 0 ? $"strftime_now('{Pick(["%d %b %Y", "%Y-%m-%d", "%H:%M:%S %p", "%A %j %y %B"])}')" : _expressions.Any();

    private string Name(Kind kind, bool add = true)
    {
        var name = "v" + _names++;
        if (add) _expressions.Names[kind].Add(name);
        return name;
    }

    private void Tag(string open, string inner, string close = "%}") =>
        _text.Append(open).Append(Pick(["", "", "", "-", open == "{{" ? "" : "+"])).Append(Pick([" ", " ", "", "\n"]))
            // what follows a sign must not look like one
            .Append(inner.StartsWith('-') || inner.StartsWith('+') ? " " : "").Append(inner).Append(' ').Append(Pick(["", "", "", "-", open == "{{" ? "" : "+"])).Append(close);

    private T Pick<T>(IReadOnlyList<T> from) => _expressions.Pick(from);
}
