using System.Globalization;
using System.Text;

namespace DecodeAlign.Constraints;

/// <summary>Reads grammars as <see cref="GrammarMatch"/> documents them.</summary>
internal sealed class GbnfParser
{
    private const int MostDepth = 100, MostRules = 20_000;

    private readonly string _text;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { ["root"] = 0 };
    private readonly List<Pattern?> _rules = [null];
    private readonly List<int> _firstUses = [0];
    private int _at;
    private int _depth;

    private GbnfParser(string text) => _text = text;

    /// <summary>The rules, <c>root</c> first.</summary>
    /// <exception cref="PatternException">The text is no grammar; the message names the line.</exception>
    public static IReadOnlyList<Pattern> Parse(string text)
    {
        if (text.Length > GrammarMatch.MostCharacters) throw new PatternException($"it has {text.Length} characters; at most {GrammarMatch.MostCharacters} are read");
        return new GbnfParser(text).All();
    }

    private List<Pattern> All()
    {
        for (Skip(); _at < _text.Length; Skip())
        {
            var (start, name) = (_at, Name());
            if (name.Length == 0 || !AtDefinition()) throw Unexpected("a rule 'name ::= …' is expected", start);
            _at += 3;
            var number = Number(name, start);
            if (_rules[number] is not null) throw Unexpected($"rule '{name}' is defined twice", start);
            _rules[number] = Alternatives();
        }
        foreach (var (name, number) in _numbers)
            if (_rules[number] is null) throw number == 0 ? new PatternException("rule 'root' is missing: it derives the text") : Unexpected($"rule '{name}' is not defined", _firstUses[number]);
        return [.. _rules.Select(rule => rule!)];
    }

    private Pattern Alternatives()
    {
        if (++_depth > MostDepth) throw Unexpected($"groups are nested more than {MostDepth} deep");
        var options = new List<Pattern>();
        do options.Add(Parts());
        while (Take('|'));
        _depth--;
        return options.Count == 1 ? options[0] : new OneOfPatterns(options);
    }

    private Sequence Parts()
    {
        var parts = new List<Pattern>();
        while (true)
        {
            Skip();
            if (_at >= _text.Length || _text[_at] is '|' or ')') return new(parts);
            var part = Part();
            if (part is null) return new(parts);
            parts.Add(Counted(part));
        }
    }

    // null: the next rule begins here
    private Pattern? Part()
    {
        var start = _at;
        switch (_text[_at])
        {
            case '"':
                return Literal();
            case '[':
                try
                {
                    return new OneCharacter(RegexParser.Class(_text, ref _at));
                }
                catch (PatternException fault)
                {
                    throw Unexpected(fault.Message, start);
                }
            case '.':
                _at++;
                return new OneCharacter(CharacterSet.All);
            case '(':
                _at++;
                var group = Alternatives();
                return Take(')') ? group : throw Unexpected("a '(' without its ')'", start);
        }
        var name = Name();
        if (name.Length == 0) throw Unexpected($"'{_text[start]}' is not expected here", start);
        if (!AtDefinition()) return new Call(Number(name, start));
        _at = start;
        return null;
    }

    private Pattern Counted(Pattern part)
    {
        while (_at < _text.Length)
        {
            var start = _at;
            var (least, most) = (0, int.MaxValue);
            switch (_text[_at])
            {
                case '*':
                    break;
                case '+':
                    least = 1;
                    break;
                case '?':
                    most = 1;
                    break;
                case '{':
                    var end = _text.IndexOf('}', _at);
                    var counts = end < 0 ? [] : _text[(_at + 1)..end].Split(',');
                    if (counts.Length is < 1 or > 2 || !Count(counts[0], 0, out least) || !Count(counts[^1], counts.Length == 1 ? least : int.MaxValue, out most) || least > most)
                        throw Unexpected($"counts {{m}}, {{m,}} or {{m,n}} of at most {RegexParser.MostRepetitions} are expected", start);
                    _at = end;
                    break;
                default:
                    return part;
            }
            _at++;
            part = new Repeat(part, least, most);
        }
        return part;
    }

    private static bool Count(string text, int missing, out int count)
    {
        count = missing;
        return text.Trim().Length == 0 || (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out count) && count <= RegexParser.MostRepetitions);
    }

    private Pattern Literal()
    {
        var start = _at++;
        var text = new StringBuilder();
        while (true)
        {
            if (_at >= _text.Length || _text[_at] == '\n') throw Unexpected("a text without its closing '\"'", start);
            var letter = _text[_at++];
            if (letter == '"') break;
            if (letter != '\\') text.Append(letter);
            else text.Append(Escaped(start));
        }
        var literal = text.ToString();
        return literal.EnumerateRunes().Any(rune => rune.Value == 0xFFFD) ? throw Unexpected("a text that is not valid Unicode", start) : Pattern.Text(literal);
    }

    private string Escaped(int start)
    {
        if (_at >= _text.Length) throw Unexpected("a text without its closing '\"'", start);
        var letter = _text[_at++];
        switch (letter)
        {
            case 'n': return "\n";
            case 't': return "\t";
            case 'r': return "\r";
            case '"' or '\\' or '[' or ']': return letter.ToString();
        }
        var digits = letter switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => throw Unexpected($"the escape \\{letter}") };
        if (_at + digits > _text.Length || !uint.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || !Rune.IsValid((int)value))
            throw Unexpected($"\\{letter} needs {digits} hexadecimal digits of a character");
        _at += digits;
        return new Rune((int)value).ToString();
    }

    private int Number(string name, int start)
    {
        if (_numbers.TryGetValue(name, out var number)) return number;
        if (_rules.Count >= MostRules) throw Unexpected($"more than {MostRules} rules");
        _numbers.Add(name, number = _rules.Count);
        _rules.Add(null);
        _firstUses.Add(start);
        return number;
    }

    private string Name()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '-' or '_')) _at++;
        return _text[start.._at];
    }

    private bool AtDefinition()
    {
        var at = _at;
        Skip();
        if (_text.AsSpan(_at).StartsWith("::=")) return true;
        _at = at;
        return false;
    }

    private bool Take(char letter)
    {
        Skip();
        if (_at >= _text.Length || _text[_at] != letter) return false;
        _at++;
        return true;
    }

    private void Skip()
    {
        for (; _at < _text.Length && (char.IsWhiteSpace(_text[_at]) || _text[_at] == '#'); _at++)
            if (_text[_at] == '#')
                while (_at + 1 < _text.Length && _text[_at + 1] != '\n') _at++;
    }

    private PatternException Unexpected(string what, int? at = null) => new($"line {_text.AsSpan(0, at ?? Math.Min(_at, _text.Length)).Count('\n') + 1}: {what}");
}
