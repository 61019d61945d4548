using System.Collections.Concurrent;

namespace DecodeAlign.Constraints;

/// <summary>Formats of strings as regular sets. Where validators differ, what is written is what all of them take.</summary>
internal static class StringFormats
{
    private const string Days = "(0[1-9]|1[0-9]|2[0-8])";
    private const string LeapYear = "([0-9][0-9](0[48]|[2468][048]|[13579][26])|([02468][48]|[2468]0|[13579][26])00)";
    private const string Date = $"(([0-9]{{3}}[1-9]|[0-9]{{2}}[1-9][0-9]|[0-9][1-9][0-9]{{2}}|[1-9][0-9]{{3}})-(((0[13578]|1[02])-({Days}|29|30|31))|((0[469]|11)-({Days}|29|30))|(02-{Days}))|{LeapYear}-02-29)";
    private const string Time = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?";
    private const string Offset = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
    private const string Byte = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private const string IPv4 = $"{Byte}\\.{Byte}\\.{Byte}\\.{Byte}";
    private const string Group = "[0-9A-Fa-f]{1,4}";
    private const string IPv6 = $"(({Group}:){{7}}{Group}|({Group}:){{1,7}}:|({Group}:){{1,6}}:{Group}|({Group}:){{1,5}}(:{Group}){{1,2}}|({Group}:){{1,4}}(:{Group}){{1,3}}|({Group}:){{1,3}}(:{Group}){{1,4}}|({Group}:){{1,2}}(:{Group}){{1,5}}|{Group}:(:{Group}){{1,6}}|:((:{Group}){{1,7}}|:)|::([Ff]{{4}}:)?{IPv4}|({Group}:){{6}}{IPv4})";
    private const string Label = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private const string Host = $"{Label}(\\.{Label})*";
    private const string Atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    private const string Email = $"{Atom}(\\.{Atom})*@({Label}\\.)+[A-Za-z]{{2,63}}";
    private const string Unreserved = "[A-Za-z0-9._~!$&'()*+,;=:@-]";
    private const string Character = $"({Unreserved}|%[0-9A-Fa-f]{{2}})";
    private const string Segments = $"(/{Character}*)*";
    private const string Tail = $"(\\?({Character}|[/?])*)?(#({Character}|[/?])*)?";
    private const string Port = "(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?";
    private const string Authority = $"([A-Za-z0-9._~-]+(:[A-Za-z0-9._~-]*)?@)?({Host}|\\[{IPv6}\\]){Port}";
    private const string Uri = $"([A-Za-z][A-Za-z0-9+.-]*://{Authority}{Segments}{Tail}|file:///({Character}+{Segments})?|urn:[A-Za-z0-9][A-Za-z0-9-]{{1,31}}:{Character}({Character}|/)*{Tail}|mailto:{Atom}(\\.{Atom})*@{Host}|tel:\\+?[0-9-]+|(data|tag|news|about|javascript):{Character}({Character}|/)*{Tail})";
    private const string NoColon = "([A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})";
    private const string Reference = $"({Uri}|//{Authority}{Segments}{Tail}|/({Character}+{Segments})?{Tail}|{NoColon}+{Segments}{Tail}|{Tail})";
    private const string Pointer = "(/([^~/]|~[01])*)*";

    // at most 253 characters in all, which a few lengths of labels bring about
    private static readonly string ShortHost = $"({Labels(63, 3)}|{Labels(35, 7)}|{Labels(20, 12)})";

    private static readonly Dictionary<string, string> Patterns = new(StringComparer.Ordinal)
    {
        ["date"] = Date,
        ["time"] = Time + Offset,
        ["date-time"] = $"{Date}T{Time}{Offset}",
        ["duration"] = "P([0-9]+W|([0-9]+Y([0-9]+M([0-9]+D)?)?|[0-9]+M([0-9]+D)?|[0-9]+D)(T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S))?|T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S))",
        ["uuid"] = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
        ["email"] = Email,
        ["idn-email"] = Email,
        ["hostname"] = ShortHost,
        ["idn-hostname"] = ShortHost,
        ["ipv4"] = IPv4,
        ["ipv6"] = IPv6,
        ["uri"] = Uri,
        ["iri"] = Uri,
        ["uri-reference"] = Reference,
        ["iri-reference"] = Reference,
        ["uri-template"] = $"({Unreserved}|/|%[0-9A-Fa-f]{{2}}|\\{{[A-Za-z0-9_]+\\}})*",
        ["json-pointer"] = Pointer,
        ["relative-json-pointer"] = $"(0|[1-9][0-9]*)(#|{Pointer})",
        ["byte"] = "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
    };

    private static readonly ConcurrentDictionary<string, Dfa> Known = new(StringComparer.Ordinal);

    // without "--" at the third place, which asks for the rules of internationalized names
    private static string ShortLabel(int most) => $"[A-Za-z0-9]([A-Za-z0-9]|[A-Za-z0-9-][A-Za-z0-9]([A-Za-z0-9-]{{0,{most - 4}}}[A-Za-z0-9])?|[A-Za-z0-9-]-[A-Za-z0-9]([A-Za-z0-9-]{{0,{most - 5}}}[A-Za-z0-9])?)?";

    private static string Labels(int most, int count) => $"{ShortLabel(most)}(\\.{ShortLabel(most)}){{0,{count - 1}}}";

    public static FormatSupport Find(string format) => Patterns.ContainsKey(format) ? FormatSupport.Checked : format == "regex" ? FormatSupport.Refused : FormatSupport.Annotation;

    /// <summary>The strings of a format that is checked.</summary>
    public static Dfa Automaton(string format) => Known.GetOrAdd(format, static key => Determiniser.Compile(RegexParser.Parse(Patterns[key])));
}

/// <summary>What is done with a format.</summary>
internal enum FormatSupport
{
    /// <summary>Strings are of the format.</summary>
    Checked,

    /// <summary>The format is known and can't be checked.</summary>
    Refused,

    /// <summary>The format says nothing of which strings are legal.</summary>
    Annotation,
}
