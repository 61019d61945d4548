using System.Text;

namespace DecodeAlign.Text;

/// <summary>
/// Counts sentences of the generated text: a sentence ends at a full stop, exclamation mark, question mark or ellipsis (those of Chinese, Japanese, Arabic and Hindi too; any closing quotes and brackets
/// after it included) that white space follows, and holds a letter or digit. What stands after the last one counts where the text ends. Abbreviations
/// such as "Mr. Fox" are read as ends.
/// </summary>
internal static class SentenceCounter
{
    /// <summary>Reads one character.</summary>
    public static SentencePhase Step(SentencePhase phase, Rune character, ref int sentences)
    {
        switch (WordRule.KindOf(character))
        {
            case CharacterKind.Word:
                return SentencePhase.Inside;
            case CharacterKind.Space:
                if (phase != SentencePhase.Closing) return phase;
                sentences++;
                return SentencePhase.Before;
            default:
                if (phase == SentencePhase.Before) return phase;
                if (character.Value is '.' or '!' or '?' or '…' or '。' or '！' or '？' or '؟' or '।') return SentencePhase.Closing;
                return phase == SentencePhase.Closing && (character.Value is '"' or '\'' or ')' or ']' or '»' or '”' or '’' or '」' or '』' or '）') ? phase : SentencePhase.Inside;
        }
    }
}

/// <summary>Where a text stands in its sentence.</summary>
internal enum SentencePhase : byte
{
    /// <summary>No letter or digit yet.</summary>
    Before,

    /// <summary>In the middle.</summary>
    Inside,

    /// <summary>After its closing mark; white space or the text's end ends it.</summary>
    Closing,
}
