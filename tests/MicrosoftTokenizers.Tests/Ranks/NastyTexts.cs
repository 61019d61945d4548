using System.Text;

namespace DecodeAlign.Tests;

/// <summary>Texts that tokenizers trip over: letters beyond U+FFFF, odd spaces, combining marks, contractions, digits of all scripts, control characters, code.</summary>
internal static class NastyTexts
{
    private static readonly string[] Parts =
    [
        "fox", " the", "Hello", "HELLO", "hElLo", "don't", "DON'T", "I'LL", "we've", "'s", "'S", "ſ", "'ſ", "K", "naïve", "Ünïcödé", "straße", "ИВАН", "Москва", "Ελλάδα", "日本語", "漢字", "한국어", "ไทย", "हिन्दी", "العربية", "עברית",
        "𝐀𝐁", "𝒻𝑜𝓍", "𠀀𠀁", "𐐀𐐨", "🦊", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "e\u0301", "a\u0308\u0323", "\u0301", "1", "12", "123", "1234567", "٣٤٥", "४५", "𝟙𝟚𝟛", "½", "Ⅷ", "²", " ", "  ", "   ", "\t", "\t\t", "\n", "\r\n", "\n\n", " \n", "\n ", "\r", "\u00A0", "\u2003", "\u3000", "\u200B", "\uFEFF", "\u2028", "\u0085",
        "!", "?!", "...", "…", "—", "«»", "()", "{}", "[]", "//", "/*", "*/", "=>", "!=", "<|", "|>", "<|endof", "\\n", "\"", "'", "`", "$", "€", "%", "_", "__init__", "camelCase", "snake_case", "http://x.y/?a=b&c=d", "int main(void) { return 0; }", "    if x:\n        return", "\0", "\u0007", "\u007F", "\uFFFD", "\uE000", "ǅ", "ªº", "ー", "々", "ʼ", "·",
    ];

    /// <summary>Texts of up to 24 such parts and of characters drawn from all of Unicode, the same ones for the same seed.</summary>
    public static IEnumerable<string> Make(int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var text = new StringBuilder();
            for (var parts = random.Next(1, 25); parts > 0; parts--)
            {
                if (random.Next(8) > 0) text.Append(Parts[random.Next(Parts.Length)]);
                else text.Append(Drawn(random));
            }
            yield return text.ToString();
        }
    }

    private static Rune Drawn(Random random)
    {
        while (true)
            if (Rune.TryCreate(random.Next(4) == 0 ? random.Next(0x110000) : random.Next(0x3000), out var rune)) return rune;
    }
}
