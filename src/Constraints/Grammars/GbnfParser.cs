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

    private readonly List<TokenName> _tokens = [];
    private readonly bool _asTexts;

    private GbnfParser(string text, bool asTexts) => (_text, _asTexts) = (text, asTexts);

    /// <summary>The rules, <c>root</c> first.</summary>
    /// <param name="text">The grammar.</param>
    /// <param name="tokens">The tokens that it names.</param>
    /// <exception cref="PatternException">The text is no grammar; the message names the line.</exception>
    public static IReadOnlyList<Pattern> Parse(string text, out IReadOnlyList<TokenName> tokens)
    {
        if (text.Length > GrammarMatch.MostCharacters) throw new PatternException($"it has {text.Length} characters; at most {GrammarMatch.MostCharacters} are read");
        var parser = new GbnfParser(text, asTexts: false);
        tokens = parser._tokens;
        return parser.All();
    }

    /// <summary>The same rules for finished texts, in which a token that is named stands as its text or not at all.</summary>
    public static IReadOnlyList<Pattern> ParseTexts(string text) => new GbnfParser(text, asTexts: true).All();

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
            case '<':
                return Token();
            case '!':
                throw Unexpected("'!', any token but one, is not supported", start);
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

    private Pattern Token()
    {
        var start = _at;
        var end = _text.IndexOf('>', _at);
        var text = end < 0 ? "" : _text[start..(end + 1)];
        if (text.Length < 3 || text.AsSpan(1).ContainsAny(" \t\r\n<")) throw Unexpected("a token '<text>' or '<[id]>' is expected", start);
        _at = end + 1;
        var name = new TokenName(text, 0);
        if (text[1] == '[')
        {
            if (text[^2] != ']' || !int.TryParse(text.AsSpan(2, text.Length - 4), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) throw Unexpected("a token '<[id]>' has a whole number", start);
            name = new(null, id);
        }
        // of a token that is named by its id nothing is known here
        if (_asTexts) return Pattern.Optional(name.Text is null ? Pattern.Anything : Pattern.Text(name.Text));
        if (!_tokens.Contains(name)) _tokens.Add(name);
        return _tokens.Count <= TokenTerminals.Most ? new TerminalByte(TokenTerminals.ByteOf(_tokens.IndexOf(name))) : throw Unexpected($"more than {TokenTerminals.Most} tokens are named", start);
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
