using System.Text;

namespace DecodeAlign.Models;

/// <summary>Turns a pattern in Oniguruma's syntax into .NET's, as far as tokenizers' files need it.</summary>
internal static class PatternTranslator
{
    private const string Han = @"\u2E80-\u2E99\u2E9B-\u2EF3\u2F00-\u2FD5\u3005\u3007\u3021-\u3029\u3038-\u303B\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFA6D\uFA70-\uFAD9";

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Han"] = Han,
        ["Hiragana"] = @"\u3041-\u3096\u309D-\u309F",
        ["Katakana"] = @"\u30A1-\u30FA\u30FD-\u30FF\u31F0-\u31FF\u32D0-\u32FE\u3300-\u3357\uFF66-\uFF6F\uFF71-\uFF9D",
        ["Hangul"] = @"\u1100-\u11FF\u302E-\u302F\u3131-\u318E\u3200-\u321E\u3260-\u327E\uA960-\uA97C\uAC00-\uD7A3\uD7B0-\uD7C6\uD7CB-\uD7FB\uFFA0-\uFFBE\uFFC2-\uFFC7\uFFCA-\uFFCF\uFFD2-\uFFD7\uFFDA-\uFFDC",
        ["Cyrillic"] = @"\u0400-\u0484\u0487-\u052F\u1C80-\u1C88\u1D2B\u1D78\u2DE0-\u2DFF\uA640-\uA69F\uFE2E-\uFE2F",
        ["Thai"] = @"\u0E01-\u0E3A\u0E40-\u0E5B",
        ["Alphabetic"] = @"\p{L}\p{Nl}",
        ["Punct"] = @"\p{P}",
        ["Letter"] = @"\p{L}",
        ["Number"] = @"\p{N}",
        ["Space"] = @"\s",
    };

    private static readonly Lazy<System.Text.RegularExpressions.Regex> OfScript =
        new(() => new($"[{string.Concat(Scripts.Values.Where(ranges => ranges.StartsWith(@"\u", StringComparison.Ordinal)))}]", System.Text.RegularExpressions.RegexOptions.CultureInvariant));

    /// <summary>Whether a character is of a script that patterns may name.</summary>
    public static bool IsOfScript(char c) => OfScript.Value.IsMatch([c]);

    /// <summary>The pattern for .NET.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="standIns">Takes the characters beyond U+FFFF that the pattern names.</param>
    /// <exception cref="ArgumentException">It uses what is not known here.</exception>
    public static string Translate(string pattern, CategoryStandIns standIns)
    {
        var output = new StringBuilder(pattern.Length + 64);
        var depth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length) i = TranslateEscape(pattern, i, depth > 0, output);
            else if (c == '[') i = OpenClass(pattern, i, ref depth, output);
            else if (c == ']' && depth > 0)
            {
                if (--depth == 0) output.Append(c);
            }
            else if (char.IsHighSurrogate(c)) i = TranslateAstral(pattern, i, depth > 0, output, standIns);
            else if (depth > 0 && c == '&' && i + 1 < pattern.Length && pattern[i + 1] == '&') throw new ArgumentException("an intersection of classes is not supported");
            else if (depth == 0 && c == '+' && i > 0 && IsPossessive(pattern, i)) MakeAtomic(output);
            else output.Append(c);
        }
        return output.ToString();
    }

    // Oniguruma unites a class with those inside it; a ']' that comes first is itself
    private static int OpenClass(string pattern, int i, ref int depth, StringBuilder output)
    {
        var negated = i + 1 < pattern.Length && pattern[i + 1] == '^';
        if (depth++ > 0)
        {
            if (negated || i + 1 < pattern.Length && pattern[i + 1] == ':') throw new ArgumentException("a negated or named class within a class is not supported");
            return i;
        }
        output.Append(negated ? "[^" : "[");
        if (negated) i++;
        if (i + 1 >= pattern.Length || pattern[i + 1] != ']') return i;
        output.Append("\\]");
        return i + 1;
    }

    private static int TranslateAstral(string pattern, int i, bool inClass, StringBuilder output, CategoryStandIns standIns)
    {
        var first = CodePoint(pattern, i);
        if (!inClass)
        {
            output.Append(standIns.Name(first, first));
            return i + 1;
        }
        var range = i + 3 < pattern.Length && pattern[i + 2] == '-' && char.IsHighSurrogate(pattern[i + 3]);
        output.Append(standIns.Name(first, range ? CodePoint(pattern, i + 3) : first));
        return range ? i + 4 : i + 1;
    }

    private static int CodePoint(string pattern, int i) => i + 1 < pattern.Length && char.IsLowSurrogate(pattern[i + 1])
        ? char.ConvertToUtf32(pattern[i], pattern[i + 1]) : throw new ArgumentException("the pattern holds half a character");

    private static int TranslateEscape(string pattern, int i, bool inClass, StringBuilder output)
    {
        var kind = pattern[i + 1];
        switch (kind)
        {
            case 'p' or 'P' when i + 2 < pattern.Length && pattern[i + 2] == '{' && pattern.IndexOf('}', i) is > 0 and var end:
                AppendProperty(pattern[(i + 3)..end], kind == 'P', inClass, output);
                return end;
            case 'x' when i + 2 < pattern.Length && pattern[i + 2] == '{' && pattern.IndexOf('}', i) is > 0 and var end:
                AppendCodePoint(pattern[(i + 3)..end], output);
                return end;
            case 'w' when !inClass:
                output.Append(@"[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}]");
                return i + 1;
            case 'h' when !inClass:
                output.Append("[0-9a-fA-F]");
                return i + 1;
            default:
                output.Append('\\').Append(kind);
                return i + 1;
        }
    }

    private static void AppendProperty(string name, bool negated, bool inClass, StringBuilder output)
    {
        if (name.StartsWith('^')) (name, negated) = (name[1..], !negated);
        if (name.StartsWith("Script=", StringComparison.OrdinalIgnoreCase)) name = name["Script=".Length..];
        if (!Scripts.TryGetValue(name, out var ranges))
        {
            if (name.Length is 0 or > 2) throw new ArgumentException($"the property {{{name}}} is not supported");
            output.Append(negated ? @"\P{" : @"\p{").Append(name).Append('}');
        }
        else if (!inClass) output.Append(negated ? "[^" : "[").Append(ranges).Append(']');
        else if (negated) throw new ArgumentException($"the negated property {{{name}}} within a class is not supported");
        else output.Append(ranges);
    }

    private static void AppendCodePoint(string hex, StringBuilder output)
    {
        if (!int.TryParse(hex, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var code) || code is < 0 or > 0xFFFF)
            throw new ArgumentException($"the character {{{hex}}} is not supported");
        output.Append($"\\u{code:X4}");
    }

    // X?+, X*+, X++ and X{n,m}+ give nothing back; the brace of \p{L}+ is no quantifier
    private static bool IsPossessive(string pattern, int i) => pattern[i - 1] switch
    {
        '?' or '*' or '+' => i < 2 || pattern[i - 2] != '\\',
        '}' => pattern.LastIndexOf('{', i) is >= 0 and var open && char.IsAsciiDigit(pattern[open + 1]) && (open < 2 || pattern[open - 2] != '\\'),
        _ => false,
    };

    private static void MakeAtomic(StringBuilder output) => output.Insert(AtomStart(output), "(?>").Append(')');

    private static int AtomStart(StringBuilder output)
    {
        var i = output.Length - 1;
        if (output[i] == '}')
            while (i > 0 && output[i] != '{') i--;
        i--;
        if (output[i] == ']')
            while (i > 0 && !(output[i] == '[' && output[i - 1] != '\\')) i--;
        else if (output[i] == '}')
        {
            while (i > 0 && output[i] != '\\') i--;
        }
        else if (output[i] == ')')
        {
            for (var depth = 0; i >= 0; i--)
            {
                if (output[i] == ')') depth++;
                if (output[i] == '(' && --depth == 0) break;
            }
        }
        else if (i > 0 && output[i - 1] == '\\') i--;
        return i;
    }
}
