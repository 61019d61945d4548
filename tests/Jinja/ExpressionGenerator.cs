using System.Globalization;

namespace DecodeAlign.Tests;

/// <summary>What an expression is meant to give.</summary>
internal enum Kind
{
    Text,
    Integer,
    Real,
    Truth,
    List,
    Map,
    None,
}

/// <summary>Random expressions of a kind, and now and then of another, so that errors are compared too.</summary>
internal sealed class ExpressionGenerator(Random random)
{
    private const int Deepest = 3;

    private static readonly string[] Texts = ["''", "'a'", "'b c'", "\"it's\"", "'é😀'", "'İß'", "'x\\ny'", "'  pad '", "'12'", "'-3.5e1'", "'<b>&\"'", "'Σας'", "'a,b,,c'", "'%'", "'\\t|'", "'Ünï CODE'", "'0x1F'", "'hello world foo'", "'~/?#[]@!$'", "'ﬁ Å'"];
    private static readonly string[] Reals = ["0.5", "2.0", "-1.5", "1e3", "1e-5", "0.1", "123456789.125", "1e22", "3.14159", "2.675", "-0.0", "1.0e16"];
    private static readonly string[] Keys = ["'k'", "'n'", "'t'", "'items'", "'role'", "'content'", "'name'", "'missing'"];
    private static readonly string[] Attributes = ["name", "age", "role", "content", "c.z", "missing"];

    /// <summary>Names that a template has set, by what they hold.</summary>
    public Dictionary<Kind, List<string>> Names { get; } = new()
    {
        [Kind.Text] = ["s", "u", "html", "blank"], [Kind.Integer] = ["a", "neg", "big"], [Kind.Real] = ["b", "f"], [Kind.Truth] = ["yes"],
        [Kind.List] = ["l", "e", "words", "m", "users", "mixed"], [Kind.Map] = ["d", "m[1]", "users[0]", "tools[0]"], [Kind.None] = ["none", "missing"],
    };

    public Kind AnyKind() => (Kind)random.Next(7);

    public string Any(int depth = 0) => Of(AnyKind(), depth);

    public string Of(Kind kind, int depth = 0)
    {
        if (random.Next(70) == 0) kind = AnyKind();
        if (depth < Deepest && random.Next(9) == 0) return $"({Of(kind, depth + 1)} if {Of(Kind.Truth, depth + 1)}{(random.Next(4) == 0 ? "" : $" else {Of(kind, depth + 1)}")})";
        if (depth < Deepest && random.Next(14) == 0) return $"{Of(kind, depth + 1)}|default({Of(kind, depth + 1)}{(random.Next(2) == 0 ? "" : ", true")})";
        var deep = depth < Deepest && random.Next(4) > 0;
        return deep ? Deep(kind, depth + 1) : random.Next(3) == 0 ? Pick(Names[kind]) : Literal(kind);
    }

    public T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private string Literal(Kind kind) => kind switch
    {
        Kind.Text => Pick(Texts),
        Kind.Integer => random.Next(6) == 0 ? "1_000" : random.Next(-3, 13).ToString(CultureInfo.InvariantCulture),
        Kind.Real => Pick(Reals),
        Kind.Truth => Pick(["true", "false", "True", "False"]),
        Kind.List => Pick(["[]", "[1, 2, 3]", "['b', 'A', 'c']", "(1, 'x')", "[none, true, 1.5]", "[[1, 2], [3]]", "['a', 'b', 'a', 'B']", "range(4)"]),
        Kind.Map => Pick(["{}", "{'b': 1, 'a': 2}", "{'k': [1, {'z': none}]}", "{1: 'one', 'x': true}", "{'role': 'user', 'content': 'hé\\n'}"]),
        _ => Pick(["none", "None", "missing"]),
    };

    private string Deep(Kind kind, int depth) => kind switch
    {
        Kind.Text => Text(depth),
        Kind.Integer => Integer(depth),
        Kind.Real => Real(depth),
        Kind.Truth => Truth(depth),
        Kind.List => List(depth),
        Kind.Map => Map(depth),
        _ => Pick(Names[Kind.None]),
    };

    private string Text(int depth)
    {
        var text = Of(Kind.Text, depth);
        switch (random.Next(13))
        {
            case 0: return $"({text} ~ {Any(depth)})";
            case 1: return $"({text} + {Of(Kind.Text, depth)})";
            case 2: return $"({text})|{Pick(["upper", "lower", "capitalize", "title", "trim", "reverse", "e", "striptags", "urlencode", "safe", "string", "escape", "forceescape"])}";
            case 3: return $"({text})|{Pick(["replace('a', 'bc')", "replace('', '-')", "replace('l', 'L', 1)", "indent", "indent(2, true)", "indent('> ', first=true, blank=true)", "center(20)", "truncate(7)", "truncate(5, true, '…')", "truncate(6, false, '..', 0)", "wordwrap(5)", "wordwrap(7, false)", "trim('ad ')", "pprint"])}";
            case 4: return $"({text}).{Pick(["upper()", "lower()", "title()", "capitalize()", "swapcase()", "casefold()", "strip()", "lstrip()", "rstrip('c ')", "strip('a')", "zfill(6)", "center(9, '*')", "ljust(7)", "rjust(7, '.')", "removeprefix('a')", "removesuffix('c')", "expandtabs()", "expandtabs(3)", "replace('a', '')", "replace('', '.', 2)"])}";
            case 5: return $"({text})[{Slice(depth)}]";
            case 6: return $"({text})[{Of(Kind.Integer, depth)}]";
            case 7: return $"({Of(Kind.List, depth)})|join({Pick(["", "', '", "'-'", "', ', attribute='name'"])})";
            case 8: return $"({Any(depth)})|tojson{Pick(["", "", "(indent=2)", "(ensure_ascii=true)", "(sort_keys=true)", "(separators=(',', ':'))"])}";
            case 9: return $"({Any(depth)})|string";
            case 10: return $"('%s|%5.2f|%-4d|%x' % ({Any(depth)}, {Of(Kind.Real, depth)}, {Of(Kind.Integer, depth)}, {Of(Kind.Integer, depth)}))";
            case 11: return $"'{Pick(["{}", "{0:>8}", "{:<6}|", "{!r}", "{:^9}", "{{{}}}"])}'.format({Any(depth)})";
            default: return $"'{Pick(["{:.2f}", "{:,}", "{:08.3f}", "{:+}", "{:e}", "{:g}", "{:%}"])}'.format({Of(random.Next(2) == 0 ? Kind.Real : Kind.Integer, depth)})";
        }
    }

    private string Integer(int depth)
    {
        var whole = Of(Kind.Integer, depth);
        return random.Next(9) switch
        {
            0 => $"({whole} {Pick(["+", "-", "*", "//", "%"])} {Of(Kind.Integer, depth)})",
            1 => $"(-{whole})",
            2 => $"({whole} ** {random.Next(4)})",
            3 => $"({Of(Pick([Kind.Text, Kind.List, Kind.Map]), depth)})|{Pick(["length", "count"])}",
            4 => $"({Of(Pick([Kind.Text, Kind.Real, Kind.Integer]), depth)})|int{Pick(["", "(7)", "(base=16)", "(0, 0)"])}",
            5 => $"({Of(Kind.Text, depth)}).{Pick(["find", "rfind", "count", "count", "find", "index"])}({Of(Kind.Text, depth)})",
            6 => $"({Of(Kind.Text, depth)})|wordcount",
            7 => $"({whole})|abs",
            _ => $"({Of(Kind.List, depth)}).{Pick(["count", "count", "count", "index"])}({Any(depth)})",
        };
    }

    private string Real(int depth) => random.Next(6) switch
    {
        0 => $"({Of(Kind.Real, depth)} {Pick(["+", "-", "*", "/", "//", "%"])} {Of(Pick([Kind.Real, Kind.Integer]), depth)})",
        1 => $"({Of(Kind.Integer, depth)} / {Of(Kind.Integer, depth)})",
        2 => $"({Of(Kind.Real, depth)})|round{Pick(["", "(1)", "(2, 'ceil')", "(1, 'floor')", "(-1)"])}",
        3 => $"({Of(Pick([Kind.Text, Kind.Integer]), depth)})|float{Pick(["", "(1.5)"])}",
        4 => $"({Of(Kind.Real, depth)} ** {random.Next(3)})",
        _ => $"({Of(Kind.List, depth)})|sum",
    };

    private string Truth(int depth)
    {
        var kind = AnyKind();
        return random.Next(8) switch
        {
            0 => $"({Of(kind, depth)} {Pick(["==", "!="])} {Of(kind, depth)})",
            1 when Pick([Kind.Integer, Kind.Text, Kind.Real]) is var ordered => $"({Of(ordered, depth)} {Pick(["<", "<=", ">", ">="])} {Of(ordered, depth)})",
            2 => $"({Any(depth)} {Pick(["in", "not in"])} {Of(Pick([Kind.List, Kind.Map, Kind.Text]), depth)})",
            3 => $"({Any(depth)} is {Pick(["", "not "])}{Pick(["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "sequence", "iterable", "callable", "true", "false", "escaped"])})",
            4 => $"({Of(Kind.Integer, depth)} is {Pick(["odd", "even", "divisibleby(3)", "eq(2)", "ne 1", "lt(5)", "ge(0)", "in [1, 2]", "sameas(1)"])})",
            5 => $"(not {Any(depth)})",
            6 => $"({Any(depth)} {Pick(["and", "or"])} {Any(depth)})",
            _ => $"({Of(Kind.Text, depth)}).{Pick(["startswith('a')", "endswith(('c', 'd'))", "isdigit()", "isalpha()", "isupper()", "islower()", "isspace()", "isalnum()", "isnumeric()", "isdecimal()", "istitle()", "isidentifier()", "startswith('b', 1)", "isascii()", "isprintable()"])}",
        };
    }

    private string List(int depth)
    {
        var list = Of(Kind.List, depth);
        return random.Next(14) switch
        {
            0 => $"[{Any(depth)}, {Any(depth)}]",
            1 => $"({list} + {Of(Kind.List, depth)})",
            2 => $"({list})[{Slice(depth)}]",
            3 => $"({list})|{Pick(["list", "reverse|list", "unique|list", "sort", "sort(reverse=true)", "sort(case_sensitive=true)", "unique(true)|list", "sort(attribute='name')", "sort(attribute='age,name', reverse=true)", "unique(attribute='age')|list"])}",
            4 => $"({list})|map({Pick(["'upper'", "'string'", "'length'", "attribute='name'", "attribute='age', default=0", "'replace', 'a', 'b'", "'tojson'", "attribute=0", "'default', 1"])})|list",
            5 => $"({list})|{Pick(["select", "reject"])}({Pick(["", "'string'", "'odd'", "'defined'", "'in', [1, 'a']", "'gt', 1", "'number'"])})|list",
            6 => $"({list})|{Pick(["selectattr", "rejectattr"])}('{Pick(Attributes)}'{Pick(["", ", 'equalto', 30", ", 'defined'", ", '==', 'user'", ", 'none'", ", 'in', ['Bob', 'amy']"])})|list",
            7 => $"({list})|batch({random.Next(1, 4)}{Pick(["", ", 0"])})|list",
            8 => $"({list})|slice({random.Next(1, 4)}{Pick(["", ", none", ", 'f'"])})|list",
            9 => $"range({random.Next(5)}, {random.Next(9)}, {Pick(["1", "2", "-1"])})|list",
            10 => $"({Of(Kind.Map, depth)}){Pick([".items()|list", ".keys()|list", ".values()|list", "|dictsort", "|dictsort(by='value')", "|dictsort(reverse=true)", "|items|list", "|list"])}",
            11 => $"({Of(Kind.Text, depth)}){Pick([".split()", ".split(',')", ".split(' ', 1)", ".rsplit(' ', 1)", ".splitlines()", ".partition(' ')", ".rpartition('a')", "|list", ".splitlines(true)"])}",
            12 => $"({list})|groupby('{Pick(Attributes)}'{Pick(["", ", default='z'", ", case_sensitive=true"])})|map('first')|list",
            _ => $"({list} * {random.Next(3)})",
        };
    }

    private string Map(int depth) => random.Next(5) switch
    {
        0 => $"{{{Pick(Keys)}: {Any(depth)}, {Pick(Keys)}: {Any(depth)}}}",
        1 => $"dict(x={Any(depth)}, y={Any(depth)})",
        2 => $"dict({Of(Kind.Map, depth)}, k={Any(depth)})",
        3 => $"({Of(Kind.Map, depth)}){Pick([".copy()", ".get('k', {})", "['k']", ".get('missing', {'q': 1})"])}",
        _ => $"({Pick(["m", "users", "tools"])})|{Pick(["first", "last"])}",
    };

    private string Slice(int depth)
    {
        string Bound() => random.Next(3) == 0 ? "" : Of(Kind.Integer, Math.Max(depth, Deepest - 1));
        return $"{Bound()}:{Bound()}{(random.Next(3) == 0 ? Pick([":", ":2", ":-1", ":-2", ":1"]) : "")}";
    }
}
