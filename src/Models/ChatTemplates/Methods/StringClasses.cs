using System.Globalization;
using System.Text;
using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Methods;

/// <summary>Python's <c>istitle</c>, <c>isidentifier</c>, <c>expandtabs</c>, <c>translate</c> and <c>maketrans</c>.</summary>
internal static class StringClasses
{
    /// <summary>Whether capitals begin words, small letters go on in them, and there is at least one.</summary>
    public static bool IsTitle(RenderContext context, string text, CallArguments arguments)
    {
        _ = arguments.Bind("istitle");
        context.Walk(text.Length);
        var (inWord, any) = (false, false);
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter)
            {
                if (inWord) return false;
                (inWord, any) = (true, true);
            }
            else if (category == UnicodeCategory.LowercaseLetter)
            {
                if (!inWord) return false;
                any = true;
            }
            else inWord = false;
        }
        return any;
    }

    public static bool IsIdentifier(RenderContext context, string text, CallArguments arguments)
    {
        _ = arguments.Bind("isidentifier");
        context.Walk(text.Length);
        var first = true;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!(first ? Begins(rune) : Begins(rune) || GoesOn(rune))) return false;
            first = false;
        }
        return !first;
    }

    public static string ExpandTabs(RenderContext context, string text, CallArguments arguments)
    {
        var size = Math.Clamp(arguments.Bind("expandtabs", "tabsize").Integer(0, 8), 0, int.MaxValue);
        context.Walk(text.Length);
        var builder = new StringBuilder();
        var column = 0L;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\t')
            {
                var spaces = size == 0 ? 0 : size - (column % size);
                context.Allocate(spaces);
                builder.Append(' ', (int)spaces);
                column += spaces;
                continue;
            }
            builder.Append(rune.ToString());
            column = rune.Value is '\n' or '\r' ? 0 : column + 1;
        }
        context.Allocate(builder.Length);
        return builder.ToString();
    }

    /// <summary>Replaces each character by what a table of code points (a dict, or a list by index) has for it: a text, a code point, or none.</summary>
    public static string Translate(RenderContext context, string text, CallArguments arguments)
    {
        var table = arguments.Bind("translate", "table").Required(0);
        if (table is UndefinedValue undefined) throw undefined.Fault();
        if (table is not (DictValue or ListValue or TupleValue or string)) throw new TemplateFault($"'{Types.Name(table)}' object is not subscriptable");
        context.Walk(text.Length);
        var builder = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            context.Step(1);
            var with = Lookups.Item(context, table, (long)rune.Value);
            if (with is UndefinedValue) with = rune.ToString();
            var piece = with switch
            {
                null => "",
                string other => other,
                bool flag => flag ? "\u0001" : "\0",
                long code when Rune.IsValid((int)Math.Clamp(code, -1, int.MaxValue)) => new Rune((int)code).ToString(),
                long => throw new TemplateFault("character mapping must be in range(0x110000)"),
                _ => throw new TemplateFault("character mapping must return integer, None or str"),
            };
            context.Allocate(piece.Length);
            builder.Append(piece);
        }
        return builder.ToString();
    }

    public static DictValue MakeTranslation(RenderContext context, CallArguments arguments)
    {
        var bound = arguments.Bind("maketrans", "x", "y", "z");
        var table = new DictValue(context);
        if (!bound.Has(1))
        {
            if (bound.Required(0) is not DictValue given) throw new TemplateFault("if you give only one argument to maketrans it must be a dict");
            context.AllocateItems(2L * given.Items.Count);
            foreach (var (key, value) in given.Items)
                table.Set(key is string text ? CodePoints.Count(text) == 1 ? (long)CodePoints.ValueOf(text) : throw new TemplateFault("string keys in translate table must be of length 1")
                    : key is long ? key : throw new TemplateFault("keys in translate table must be strings or integers"), value);
            return table;
        }
        var (from, to) = (Points(context, bound.Text(0)), Points(context, bound.Text(1)));
        if (from.Length != to.Length) throw new TemplateFault("the first two maketrans arguments must have equal length");
        for (var i = 0; i < from.Length; i++) table.Set(from[i], to[i]);
        if (bound.Has(2))
            foreach (var code in Points(context, bound.Text(2))) table.Set(code, null);
        return table;
    }

    private static long[] Points(RenderContext context, string text)
    {
        context.AllocateItems(text.Length);
        return [.. text.EnumerateRunes().Select(rune => (long)rune.Value)];
    }

    // XID_Start and XID_Continue of Unicode's annex 31, from the categories and its lists of exceptions
    private static bool Begins(Rune rune) => rune.Value is '_' or 0x1885 or 0x1886 or 0x2118 or 0x212E
        || (Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber && !OnlyCompatible(rune) && rune.Value is not (0xE33 or 0xEB3 or 0xFF9E or 0xFF9F or 0x2E2F));

    private static bool GoesOn(Rune rune) => rune.Value is 0xB7 or 0x387 or (>= 0x1369 and <= 0x1371) or 0x19DA or 0xE33 or 0xEB3 or 0xFF9E or 0xFF9F
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation;

    // letters whose compatible form begins with a space
    private static bool OnlyCompatible(Rune rune) => rune.Value is 0x37A or (>= 0xFC5E and <= 0xFC63) or 0xFDFA or 0xFDFB or 0xFE70 or 0xFE72 or 0xFE74 or 0xFE76 or 0xFE78 or 0xFE7A or 0xFE7C or 0xFE7E;
}
