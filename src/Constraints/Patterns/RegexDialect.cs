namespace DecodeAlign.Constraints;

/// <summary>What regular expressions mean by <c>\s</c>, <c>\S</c> and <c>.</c>; the rest is the same.</summary>
public enum RegexDialect
{
    /// <summary><c>\s</c> is ASCII white space, <c>.</c> any character but the line feed.</summary>
    Ascii,

    /// <summary>As ECMAScript has it, which JSON Schema refers to: <c>\s</c> is any white space of Unicode, line ends and U+FEFF; <c>.</c> any character but <c>\n \r</c> U+2028 U+2029.</summary>
    Ecma,
}
