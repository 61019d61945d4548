using System.Text;

namespace DecodeAlign.Models;

/// <summary>Reads the "pre_tokenizer" of a tokenizer.json.</summary>
internal static class PreTokenizerReader
{
    public static IPreTokenizer Read(JsonField field) => field.String("type") switch
    {
        "Sequence" => new PreTokenizerSequence([.. field.Required("pretokenizers").Items().Select(Read)]),
        "ByteLevel" => new ByteLevelPreTokenizer(field.Boolean("add_prefix_space", true), field.Boolean("use_regex", true), spellBytes: true),
        "Digits" => new DigitsPreTokenizer(field.Boolean("individual_digits", false)),
        "Split" => ReadSplit(field),
        "Metaspace" => ReadMetaspace(field),
        "Whitespace" => new SplitPreTokenizer(new WordMatcher(), SplitBehavior.Removed, invert: true),
        "WhitespaceSplit" => new SplitPreTokenizer(new CharacterMatcher(Rune.IsWhiteSpace), SplitBehavior.Removed),
        "Punctuation" => new SplitPreTokenizer(new CharacterMatcher(Punctuation.Is), Behavior(field, "Isolated")),
        "CharDelimiterSplit" => new SplitPreTokenizer(new LiteralMatcher(NotEmpty(field, field.String("delimiter"))), SplitBehavior.Removed),
        "BertPreTokenizer" => Bert(),
        var type => throw field.Error($"pre-tokenizer \"{type}\" is not supported"),
    };

    /// <summary>Words and punctuation, as BERT's tokenizer cuts them.</summary>
    public static PreTokenizerSequence Bert() => new([
        new SplitPreTokenizer(new CharacterMatcher(Rune.IsWhiteSpace), SplitBehavior.Removed),
        new SplitPreTokenizer(new CharacterMatcher(Punctuation.Is), SplitBehavior.Isolated)]);

    private static IPreTokenizer ReadSplit(JsonField field)
    {
        var behavior = Behavior(field, null);
        var invert = field.Boolean("invert", false);
        var pattern = field.Required("pattern");
        if (pattern.Has("String")) return new SplitPreTokenizer(new LiteralMatcher(NormalizerReader.LiteralPattern(field)), behavior, invert);

        var regex = pattern.String("Regex");
        // these patterns match everywhere, so that removing what is not a match removes nothing
        if (SplitPatterns.Scanner(regex) is { } scanner && (behavior == SplitBehavior.Isolated || behavior == SplitBehavior.Removed && invert))
            return new ScannerPreTokenizer(scanner);
        return new SplitPreTokenizer(ReadRegex(pattern), behavior, invert);
    }

    /// <summary>A "pattern" that is a regular expression.</summary>
    public static RegexMatcher ReadRegex(JsonField pattern)
    {
        var regex = pattern.String("Regex");
        if (regex.Length > 4096) throw pattern.Error("the regular expression is longer than 4096 characters");
        try
        {
            return RegexMatcher.Create(regex, pattern.Error);
        }
        catch (ArgumentException error)
        {
            throw pattern.Error($"the regular expression is not supported: {error.Message}");
        }
    }

    private static MetaspacePreTokenizer ReadMetaspace(JsonField field)
    {
        var replacement = NotEmpty(field, field.String("replacement", "▁"));
        var scheme = field.Optional("prepend_scheme")?.AsString() ?? (field.Boolean("add_prefix_space", true) ? "always" : "never");
        return scheme switch
        {
            "always" => new(replacement, MetaspacePrepend.Always, field.Boolean("split", true)),
            "first" => new(replacement, MetaspacePrepend.First, field.Boolean("split", true)),
            "never" => new(replacement, MetaspacePrepend.Never, field.Boolean("split", true)),
            _ => throw field.Error($"prepend_scheme \"{scheme}\" is not supported"),
        };
    }

    private static SplitBehavior Behavior(JsonField field, string? absent)
    {
        var name = field.String("behavior", absent);
        return Enum.TryParse<SplitBehavior>(name, out var behavior) && !char.IsAsciiDigit(name[0]) ? behavior : throw field.Error($"behavior \"{name}\" is not supported");
    }

    private static string NotEmpty(JsonField field, string text) => text.Length > 0 ? text : throw field.Error("a text to split at is empty");
}
