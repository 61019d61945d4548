using System.Text;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>
/// What the objectives count in a text, a character at a time. The rules are those of <c>training/objectives.py</c>, which speak of ASCII letters: a word is letters,
/// apostrophes between letters included; a sentence is what holds a word between one end and the next, and ends at a run of . ! ? (closing quotes and brackets after it
/// included) that white space or the text's end follows, or at a line's end; speech stands between double quotes, and a line's end ends it.
/// </summary>
internal readonly record struct ObjectiveCounts
{
    private readonly ulong _word;
    private readonly int _ended;
    private readonly int _endedSentences;
    private readonly Place _place;
    private readonly bool _afterApostrophe;
    private readonly bool _inSpeech;
    private readonly bool _sentenceHasWord;

    private ObjectiveCounts(in ObjectiveCounts from, ulong word, bool afterApostrophe, int ended, Place place, bool inSpeech, bool sentenceHasWord, int endedSentences)
    {
        this = from;
        (_word, _afterApostrophe, _ended, _place, _inSpeech, _sentenceHasWord, _endedSentences) = (word, afterApostrophe, ended, place, inSpeech, sentenceHasWord, endedSentences);
    }

    private enum Place : byte
    {
        Inside,
        AtMark,
        Closing,
    }

    /// <summary>Words, one that is under way included.</summary>
    public int Words { get; private init; }

    /// <summary>Words inside double quotes.</summary>
    public int Spoken { get; private init; }

    /// <summary>Sentences, one that is under way included.</summary>
    public int Sentences => _endedSentences + (_sentenceHasWord ? 1 : 0);

    /// <summary>The sum of the words' values.</summary>
    public int Sum(Dictionary<ulong, int> values) => _ended + ValueOf(values);

    /// <summary>Reads one character.</summary>
    /// <param name="character">The character.</param>
    /// <param name="values">Values of words by their hash (<see cref="WordCursor.Hash"/>, lower case); words that are not there have none.</param>
    public ObjectiveCounts Step(Rune character, Dictionary<ulong, int> values)
    {
        var value = character.Value;
        if (character.IsAscii && char.IsAsciiLetter((char)value))
        {
            var begins = _word == 0;
            var word = WordCursor.Append(_afterApostrophe ? WordCursor.Append(_word, new Rune('\'')) : _word, character);
            return new(this, word, false, _ended, Place.Inside, _inSpeech, true, _endedSentences)
            {
                Words = Words + (begins ? 1 : 0),
                Spoken = Spoken + (begins && _inSpeech ? 1 : 0),
            };
        }
        var isApostrophe = value is '\'' or '’';
        var goesOn = _word != 0 && isApostrophe && !_afterApostrophe;
        var ended = goesOn ? _ended : _ended + ValueOf(values);
        var inSpeech = value != '\n' && (value is '"' or '“' or '”' ? !_inSpeech : _inSpeech);
        var isSpace = Rune.IsWhiteSpace(character) || value is >= 0x1C and <= 0x1F;
        var isEnd = value == '\n' || (isSpace && _place != Place.Inside);
        var place = value is '.' or '!' or '?' ? Place.AtMark
            : _place != Place.Inside && (isApostrophe || value is '"' or '”' or ')') ? Place.Closing
            : Place.Inside;
        return new(this, goesOn ? _word : 0, goesOn, ended, place, inSpeech, _sentenceHasWord && !isEnd, _endedSentences + (isEnd && _sentenceHasWord ? 1 : 0));
    }

    private int ValueOf(Dictionary<ulong, int> values) => _word != 0 && values.TryGetValue(_word, out var value) ? value : 0;
}
