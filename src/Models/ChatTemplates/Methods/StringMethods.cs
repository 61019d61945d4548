using DecodeAlign.Models.ChatTemplates.Rendering;
using DecodeAlign.Models.ChatTemplates.Text;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Methods;

/// <summary>Methods of strings.</summary>
internal static class StringMethods
{
    private static readonly MethodTable<string> Table = new(new Dictionary<string, Method<string>>
    {
        ["strip"] = (context, self, arguments) => TextTools.Strip(context, self, arguments.Bind("strip", "chars").OptionalText(0)),
        ["lstrip"] = (context, self, arguments) => TextTools.Strip(context, self, arguments.Bind("lstrip", "chars").OptionalText(0), end: false),
        ["rstrip"] = (context, self, arguments) => TextTools.Strip(context, self, arguments.Bind("rstrip", "chars").OptionalText(0), start: false),
        ["removeprefix"] = (context, self, arguments) =>
        {
            var prefix = arguments.Bind("removeprefix", "prefix").Text(0);
            context.Allocate(self.Length);
            return self.StartsWith(prefix, StringComparison.Ordinal) ? self[prefix.Length..] : self;
        },
        ["removesuffix"] = (context, self, arguments) =>
        {
            var suffix = arguments.Bind("removesuffix", "suffix").Text(0);
            context.Allocate(self.Length);
            return self.EndsWith(suffix, StringComparison.Ordinal) ? self[..^suffix.Length] : self;
        },
        ["split"] = StringSplitting.Split,
        ["rsplit"] = StringSplitting.SplitFromEnd,
        ["partition"] = (context, self, arguments) => StringSplitting.Partition(context, self, arguments, last: false),
        ["rpartition"] = (context, self, arguments) => StringSplitting.Partition(context, self, arguments, last: true),
        ["splitlines"] = (context, self, arguments) => new ListValue(TextTools.SplitLines(context, self, arguments.Bind("splitlines", "keepends").Flag(0))),
        ["startswith"] = (context, self, arguments) => StringSearch.Affix(context, self, arguments.Bind("startswith", "prefix", "start", "end"), atEnd: false),
        ["endswith"] = (context, self, arguments) => StringSearch.Affix(context, self, arguments.Bind("endswith", "suffix", "start", "end"), atEnd: true),
        ["find"] = (context, self, arguments) => StringSearch.Find(context, self, arguments.Bind("find", "sub", "start", "end"), last: false),
        ["rfind"] = (context, self, arguments) => StringSearch.Find(context, self, arguments.Bind("rfind", "sub", "start", "end"), last: true),
        ["index"] = (context, self, arguments) => Found(StringSearch.Find(context, self, arguments.Bind("index", "sub", "start", "end"), last: false)),
        ["rindex"] = (context, self, arguments) => Found(StringSearch.Find(context, self, arguments.Bind("rindex", "sub", "start", "end"), last: true)),
        ["count"] = StringSearch.Count,
        ["replace"] = (context, self, arguments) =>
        {
            var bound = arguments.Bind("replace", "old", "new", "count");
            return TextTools.Replace(context, self, bound.Text(0), bound.Text(1), bound.Integer(2, -1));
        },
        ["upper"] = (context, self, _) => TextTools.Upper(context, self),
        ["lower"] = (context, self, _) => TextTools.Lower(context, self),
        ["casefold"] = (context, self, _) => TextTools.Mapped(context, CaseMapping.Fold(self)),
        ["capitalize"] = (context, self, _) => TextTools.Capitalize(context, self),
        ["title"] = (context, self, _) => TextTools.Title(context, self),
        ["swapcase"] = (context, self, _) => TextTools.SwapCase(context, self),
        ["encode"] = BytesValue.Encode,
        ["expandtabs"] = StringClasses.ExpandTabs,
        ["translate"] = StringClasses.Translate,
        ["maketrans"] = (context, _, arguments) => StringClasses.MakeTranslation(context, arguments),
        ["istitle"] = (context, self, arguments) => StringClasses.IsTitle(context, self, arguments),
        ["isidentifier"] = (context, self, arguments) => StringClasses.IsIdentifier(context, self, arguments),
        ["join"] = (context, self, arguments) =>
        {
            var items = Iteration.Items(context, arguments.Bind("join", "iterable").Required(0));
            for (var i = 0; i < items.Count; i++)
                if (items[i] is not string) throw new TemplateFault($"sequence item {i}: expected str instance, {Types.Name(items[i])} found");
            context.Allocate(items.Sum(item => ((string)item!).Length + (long)self.Length));
            return string.Join(self, items);
        },
        ["format"] = BraceFormat.Apply,
        ["center"] = (context, self, arguments) => Pad(context, self, arguments, left: true, right: true),
        ["ljust"] = (context, self, arguments) => Pad(context, self, arguments, left: false, right: true),
        ["rjust"] = (context, self, arguments) => Pad(context, self, arguments, left: true, right: false),
        ["zfill"] = (context, self, arguments) =>
        {
            context.Allocate(self.Length);
            var signed = self.StartsWith('-') || self.StartsWith('+') ? 1 : 0;
            return self[..signed] + TextTools.Pad(context, self[signed..], arguments.Bind("zfill", "width").RequiredInteger(0) - signed, '0', left: true, right: false);
        },
        ["isdigit"] = (context, self, _) => All(context, self, c => char.IsDigit(c) || "²³¹".Contains(c)),
        ["isdecimal"] = (context, self, _) => All(context, self, char.IsDigit),
        ["isnumeric"] = (context, self, _) => All(context, self, char.IsNumber),
        ["isalpha"] = (context, self, _) => All(context, self, char.IsLetter),
        ["isalnum"] = (context, self, _) => All(context, self, c => char.IsLetter(c) || char.IsNumber(c)),
        ["isspace"] = (context, self, _) => All(context, self, CodePoints.IsSpace),
        ["isprintable"] = (context, self, _) =>
        {
            context.Walk(self.Length);
            return self.EnumerateRunes().All(CodePoints.IsPrintable);
        },
        ["isascii"] = (context, self, _) => self.Length == 0 || All(context, self, char.IsAscii),
        ["islower"] = (context, self, _) => IsCased(context, self, char.IsLower, char.IsUpper),
        ["isupper"] = (context, self, _) => IsCased(context, self, char.IsUpper, char.IsLower),
    });

    public static FunctionValue? Find(string text, string name) => Table.Find(text, name);

    public static bool IsCased(RenderContext context, string text, Func<char, bool> wanted, Func<char, bool> other)
    {
        context.Walk(text.Length);
        return text.Any(wanted) && !text.Any(other);
    }

    private static bool All(RenderContext context, string text, Func<char, bool> test)
    {
        context.Walk(text.Length);
        return text.Length > 0 && text.All(test);
    }

    private static object Found(object? index) => index is long and >= 0 ? index : throw new TemplateFault("substring not found");

    private static string Pad(RenderContext context, string self, CallArguments arguments, bool left, bool right)
    {
        var bound = arguments.Bind("pad", "width", "fillchar");
        var fill = bound.OptionalText(1) ?? " ";
        if (fill.Length != 1) throw new TemplateFault("The fill character must be exactly one character long");
        return TextTools.Pad(context, self, bound.RequiredInteger(0), fill[0], left, right);
    }
}
