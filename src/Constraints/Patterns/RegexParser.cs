using System.Globalization;
using System.Text;

namespace DecodeAlign.Constraints;

/// <summary>
/// Reads regular expressions. What no automaton can do (back-references), or this one does not (lookaround, word boundaries, atomic groups), is refused by name.
/// The dialect is documented at <see cref="RegexMatch"/>.
/// </summary>
internal sealed class RegexParser
{
    /// <summary>Most characters of an expression.</summary>
    public const int MostCharacters = 20_000;

    /// <summary>Most repetitions that may be counted.</summary>
    public const int MostRepetitions = 10_000;

    private const int MostDepth = 100;

    private readonly string _text;
    private readonly bool _isEcma;
    private int _at;
    private int _depth;

    private RegexParser(string text, RegexDialect dialect) => (_text, _isEcma) = (text, dialect == RegexDialect.Ecma);

    /// <summary>Reads an expression that the whole text has to match.</summary>
    /// <exception cref="PatternException">It is not understood; the message says what and where.</exception>
    public static Pattern Parse(string text, RegexDialect dialect = RegexDialect.Ascii) => Assertions.Resolve(new RegexParser(text, dialect).All(), search: false);

    /// <summary>Reads an expression that has to match somewhere in the text, as JSON Schema means it.</summary>
    /// <exception cref="PatternException">It is not understood; the message says what and where.</exception>
    public static Pattern ParseSearch(string text, RegexDialect dialect) => Assertions.Resolve(new RegexParser(text, dialect).All(), search: true);

    /// <summary>Reads a character class that begins at '[' in another notation.</summary>
    /// <exception cref="PatternException">It is not understood.</exception>
    public static CharacterSet Class(string text, ref int at)
    {
        var parser = new RegexParser(text, RegexDialect.Ascii) { _at = at + 1 };
        var set = parser.ReadClass(at);
        at = parser._at;
        return set;
    }

    private Pattern All()
    {
        if (_text.Length > MostCharacters) throw new PatternException($"it has {_text.Length} characters; at most {MostCharacters} are read");
        var pattern = Alternation();
        return _at == _text.Length ? pattern : throw Unexpected("a ')' without its '('");
    }

    private Pattern Alternation()
    {
        if (++_depth > MostDepth) throw Unexpected($"groups nested more than {MostDepth} deep");
        var options = new List<Pattern> { Concatenation() };
        while (Take('|')) options.Add(Concatenation());
        _depth--;
        return options.Count == 1 ? options[0] : new OneOfPatterns(options);
    }

    private Pattern Concatenation()
    {
        var parts = new List<Pattern>();
        while (_at < _text.Length && _text[_at] is not ('|' or ')'))
        {
            parts.Add(Quantified(Atom()));
        }
        return parts.Count == 1 ? parts[0] : new Sequence(parts);
    }

    private Pattern Quantified(Pattern atom)
    {
        var quantified = false;
        while (_at < _text.Length)
        {
            var start = _at;
            var (least, most) = (0, int.MaxValue);
            if (Take('*')) { }
            else if (Take('+')) least = 1;
            else if (Take('?')) most = 1;
            else if (_text[_at] != '{' || !Counts(out least, out most)) return atom;
            if (quantified) throw Unexpected("a quantifier after a quantifier", start);
            if (atom is Assertion) throw Unexpected("a quantifier after an assertion", start);
            quantified = true;
            // whether it is greedy makes no difference to what the whole text may be
            if (!Take('?') && _at < _text.Length && _text[_at] == '+') throw Unexpected("a possessive quantifier");
            atom = new Repeat(atom, least, most);
        }
        return atom;
    }

    // {m}, {m,} or {m,n}; any other brace stands for itself
    private bool Counts(out int least, out int most)
    {
        (least, most) = (0, int.MaxValue);
        var end = _text.IndexOf('}', _at);
        if (end < 0) return false;
        var inside = _text[(_at + 1)..end];
        var parts = inside.Split(',');
        if (!_isEcma && parts is ["", { Length: > 0 } upTo] && upTo.All(char.IsAsciiDigit)) throw Unexpected($"{{,{upTo}}}, which is {{0,{upTo}}} in some dialects and itself in others,");
        if (parts.Length > 2 || parts[0].Length == 0 || !parts.All(part => part.All(char.IsAsciiDigit))) return false;
        least = Count(parts[0]);
        most = parts.Length == 1 ? least : parts[1].Length == 0 ? int.MaxValue : Count(parts[1]);
        if (least > most) throw Unexpected($"{{{inside}}}: the least is more than the most");
        _at = end + 1;
        return true;
    }

    private int Count(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MostRepetitions ? count : throw Unexpected($"{digits} repetitions; at most {MostRepetitions} can be counted");

    private Pattern Atom()
    {
        var start = _at;
        switch (_text[_at])
        {
            case '(':
                return Group();
            case '[':
                _at++;
                return new OneCharacter(ReadClass(start));
            case '.':
                _at++;
                return new OneCharacter(_isEcma ? CharacterSet.NotLineEnd : CharacterSet.NotLineFeed);
            case '\\':
                return new OneCharacter(Escape(inClass: false, out _));
            case '^':
                _at++;
                return new Assertion(AssertionKind.Start);
            case '$':
                _at++;
                return new Assertion(AssertionKind.End);
            case '*' or '+' or '?':
                throw Unexpected("a quantifier with nothing before it");
            default:
                return new OneCharacter(CharacterSet.Of(Character()));
        }
    }

    private Pattern Group()
    {
        var start = _at++;
        if (Take('?'))
        {
            var rest = _text.AsSpan(_at);
            if (rest.StartsWith("=") || rest.StartsWith("!"))
            {
                _at++;
                var ahead = Alternation();
                return Take(')') ? new Assertion(rest[0] == '=' ? AssertionKind.Ahead : AssertionKind.NotAhead, ahead) : throw Unexpected("a '(' without its ')'", start);
            }
            if (rest.StartsWith("<=") || rest.StartsWith("<!")) throw Unexpected("lookbehind (?<= (?<!", start);
            if (rest.StartsWith(">")) throw Unexpected("an atomic group (?>", start);
            if (rest.StartsWith("(")) throw Unexpected("a conditional (?(", start);
            if (rest.StartsWith("#")) throw Unexpected("a comment (?#", start);
            if (rest.StartsWith("P")) _at++;
            if (Take('<'))
            {
                var end = _text.IndexOf('>', _at);
                if (end < 0 || !_text.AsSpan(_at, end - _at).ToString().All(letter => char.IsLetterOrDigit(letter) || letter == '_')) throw Unexpected("a group's name that does not end", start);
                _at = end + 1;
            }
            else if (!Take(':')) throw Unexpected("inline options (?i) and the like", start);
        }
        var body = Alternation();
        if (!Take(')')) throw Unexpected("a '(' without its ')'", start);
        return body;
    }

    private CharacterSet ReadClass(int start)
    {
        var negated = Take('^');
        var ranges = new List<(int First, int Last)>();
        for (var first = true; ; first = false)
        {
            if (_at >= _text.Length) throw Unexpected("a '[' without its ']'", start);
            if (_text[_at] == ']' && !first) break;
            if (_text.AsSpan(_at).StartsWith("[:")) throw Unexpected("a POSIX class [: :]");
            if (!_isEcma && _text.AsSpan(_at).StartsWith("-[")) throw Unexpected("class subtraction -[");
            if (!_isEcma && _text.AsSpan(_at).StartsWith("&&")) throw Unexpected("class intersection &&");
            var item = ClassItem(out var single);
            if (single is { } from && _at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                _at++;
                if (!_isEcma && _text.AsSpan(_at).StartsWith("[")) throw Unexpected("class subtraction -[");
                var end = ClassItem(out var to);
                if (to is not { } last)
                {
                    if (!_isEcma) throw Unexpected("a range that ends in a class");
                    // ECMAScript reads three items
                    ranges.AddRange([(from, from), ('-', '-'), .. end.Ranges]);
                    continue;
                }
                if (last < from) throw Unexpected("a range whose end is before its start");
                ranges.Add((from, last));
                continue;
            }
            ranges.AddRange(item.Ranges);
        }
        _at++;
        var set = CharacterSet.Of(ranges);
        if (negated) set = set.Complement();
        return set.IsEmpty ? throw Unexpected("a class without characters", start) : set;
    }

    private CharacterSet ClassItem(out int? single)
    {
        if (_text[_at] == '\\')
        {
            var set = Escape(inClass: true, out var isClass);
            single = isClass ? null : set.Ranges[0].First;
            return set;
        }
        var character = Character();
        single = character.Value;
        return CharacterSet.Of(character);
    }

    private CharacterSet Escape(bool inClass, out bool isClass)
    {
        var start = _at++;
        if (_at >= _text.Length) throw Unexpected("a '\\' with nothing after it", start);
        var letter = _text[_at];
        isClass = letter is 'd' or 'D' or 'w' or 'W' or 's' or 'S' or 'p' or 'P';
        if (!char.IsAsciiLetterOrDigit(letter)) return CharacterSet.Of(Character());
        _at++;
        switch (letter)
        {
            case 'd': return CharacterSet.Digits;
            case 'D': return CharacterSet.Digits.Complement();
            case 'w': return CharacterSet.Letters;
            case 'W': return CharacterSet.Letters.Complement();
            case 's': return _isEcma ? CharacterSet.EcmaSpaces : CharacterSet.Spaces;
            case 'S': return (_isEcma ? CharacterSet.EcmaSpaces : CharacterSet.Spaces).Complement();
            case 'p': return Category(start);
            case 'P': return Category(start).Complement();
            case 't': return Single('\t');
            case 'n': return Single('\n');
            case 'r': return Single('\r');
            case 'f': return Single('\f');
            case 'v': return Single('\v');
            case '0' when _at >= _text.Length || !char.IsAsciiDigit(_text[_at]): return Single(0);
            case 'x': return Single(_at < _text.Length && _text[_at] == '{' ? Unicode(start) : Hex(2, start));
            case 'c' when _at < _text.Length && char.IsAsciiLetter(_text[_at]): return Single(_text[_at++] & 31);
            case 'u': return Single(Unicode(start));
            case 'b' when inClass: return Single('\b');
            case 'b' or 'B': throw Unexpected($"the word boundary \\{letter}", start);
            case 'A' or 'Z' or 'z' or 'G': throw Unexpected($"the anchor \\{letter}", start);
            case 'k': throw Unexpected("the back-reference \\k", start);
            case >= '1' and <= '9': throw Unexpected($"the back-reference \\{letter}", start);
            default: throw Unexpected($"the escape \\{letter}", start);
        }
    }

    private CharacterSet Category(int start)
    {
        // \pL is short for \p{L}
        if (_at < _text.Length && char.IsAsciiLetterUpper(_text[_at])) return CharacterSet.Category(_text[_at++].ToString()) ?? throw Unexpected("\\p without {category}", start);
        var end = _text.IndexOf('}', _at);
        if (!Take('{') || end < 0) throw Unexpected("\\p without {category}", start);
        var name = _text[_at..end];
        _at = end + 1;
        return UnicodeNames.Find(name) ?? throw Unexpected($"\\p{{{name}}}: general categories such as L, Lu, Nd or Letter are known, and common scripts such as Latin or Han", start);
    }

    private int Unicode(int start)
    {
        if (Take('{'))
        {
            var end = _text.IndexOf('}', _at);
            if (end < 0 || end - _at is < 1 or > 6 || !int.TryParse(_text.AsSpan(_at, end - _at), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) throw Unexpected("\\u{…} without a number", start);
            _at = end + 1;
            return value;
        }
        var unit = Hex(4, start);
        if (unit is < 0xD800 or > 0xDBFF || !_text.AsSpan(_at).StartsWith("\\u")) return unit;
        _at += 2;
        return 0x10000 + ((unit - 0xD800) << 10) + (Hex(4, start) - 0xDC00);
    }

    private int Hex(int digits, int start)
    {
        if (_at + digits > _text.Length || !int.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) throw Unexpected($"an escape without its {digits} hexadecimal digits", start);
        _at += digits;
        return value;
    }

    private CharacterSet Single(int value) => Rune.IsValid(value) ? CharacterSet.Of((value, value)) : throw Unexpected("an escape that is no character");

    private Rune Character()
    {
        if (!Rune.TryGetRuneAt(_text, _at, out var character)) throw Unexpected("half a surrogate pair");
        _at += character.Utf16SequenceLength;
        return character;
    }

    private bool Take(char letter)
    {
        if (_at >= _text.Length || _text[_at] != letter) return false;
        _at++;
        return true;
    }

    private PatternException Unexpected(string what, int? at = null) => new($"{what} at position {(at ?? _at) + 1} is not understood");
}
