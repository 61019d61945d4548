using System.Text;
using DecodeAlign.Text;

namespace DecodeAlign.Constraints;

/// <summary>Rules on a text as an automaton over its bytes. What only grows (keywords met, counts) is the effect of a step, not part of the position.</summary>
internal sealed class TextAutomaton
{
    private const int FewNodes = 256;

    private readonly PhraseAutomaton? _phrases;
    private readonly Dfa? _pattern;
    private readonly MarkerAutomaton? _marker;
    private readonly ulong _forbidden;
    private readonly bool _readsCharacters;
    private readonly bool _countsWords;
    private readonly bool _countsSentences;
    private readonly bool _countsCharacters;
    private readonly bool _endsSentence;
    private readonly bool _quotes;
    private readonly bool _marks;

    /// <exception cref="ArgumentException">A phrase is not valid text, or there are too many.</exception>
    public TextAutomaton(TextRules rules)
    {
        RequiredCount = rules.Required.Count;
        _forbidden = rules.Forbidden.Count > 0 ? 1UL << RequiredCount : 0;
        (_countsWords, _countsSentences, _countsCharacters, _endsSentence) = (!rules.Words.IsAny || rules.WordTokens > 0, !rules.Sentences.IsAny, !rules.Characters.IsAny, rules.EndsSentence);
        (_quotes, _marks) = (rules.ClosesQuotations, rules.WordTokens > 0);
        (_readsCharacters, _pattern) = (rules.ReadsCharacters, rules.Pattern);
        _marker = rules.Marker is null ? null : new(rules.Marker);
        var groups = rules.Required.Select(keyword => keyword.Forms).ToList();
        if (_forbidden != 0) groups.Add([.. rules.Forbidden.SelectMany(keyword => keyword.Forms)]);
        if (groups.Count > 0) _phrases = new(groups, caseSensitive: false);
    }

    /// <summary>Number of required keywords; keyword i is bit i of an effect's <see cref="TextEffect.Met"/>.</summary>
    public int RequiredCount { get; }

    /// <summary>Whether a position is worth planning over: any where the phrases are few, else those that hold no beginning of a forbidden phrase alone.</summary>
    public bool IsUseful(TextPosition position) =>
        _phrases is null || _phrases.NodeCount <= FewNodes || _phrases.IsOnTheWayTo(_forbidden - 1, position.Phrase);

    /// <summary>The position after the prompt.</summary>
    public TextPosition Begin(string prompt) => _marker is null ? Inside(prompt) : new(default, default, default, default, 0, 1);

    /// <summary>Reads one byte.</summary>
    /// <returns>False: something forbidden occurred.</returns>
    public bool Step(ref TextPosition position, byte value, ref TextEffect effect)
    {
        if (position.Marker > 0)
        {
            var marked = _marker!.Step(position.Marker - 1, value);
            position = marked == _marker.Length ? Inside(_marker.Text) : position with { Marker = marked + 1 };
            return true;
        }
        if (_pattern is not null)
        {
            var target = _pattern.Step(position.Pattern, value);
            if (target < 0) return false;
            position = position with { Pattern = target };
        }
        if (_countsCharacters && (value & 0xC0) != 0x80) effect = effect with { Characters = effect.Characters + 1 };
        if (!_readsCharacters) return true;
        var count = position.Text.Read(value, out var first, out var second, out var text);
        position = position with { Text = text };
        return (count < 1 || Step(ref position, first, ref effect)) && (count < 2 || Step(ref position, second, ref effect));
    }

    /// <summary>Ends a character that is not complete, as the beginning of another one does: what stands of it reads as U+FFFD.</summary>
    /// <returns>False: something forbidden occurred.</returns>
    public bool CloseCharacter(ref TextPosition position, ref TextEffect effect)
    {
        position = position with { Text = default };
        return Step(ref position, Rune.ReplacementChar, ref effect);
    }

    /// <summary>Whether the text may end here as far as its form goes, and what its end adds: keywords completed, and a sentence that stands open.</summary>
    public bool MayEnd(TextPosition position, out TextEffect atEnd)
    {
        var hits = new PhraseHits();
        _phrases?.End(position.Phrase, ref hits);
        atEnd = new(hits.Groups, 0, _countsSentences && position.Sentence != SentencePhase.Before ? 1 : 0, 0);
        return position.Marker == 0 && position.Text.Count == 0 && (hits.Groups & _forbidden) == 0
            && (_pattern is null || _pattern.IsFinal(position.Pattern)) && (!_endsSentence || position.Sentence == SentencePhase.Closing) && !position.IsQuoted;
    }

    private TextPosition Inside(string prompt) => new(
        _phrases is null ? default : PhraseAutomaton.Begin(prompt), _countsWords ? WordCounter.Begin(prompt) : WordRun.None, SentencePhase.Before, default, _pattern?.Start ?? 0, 0)
    {
        IsQuoted = _quotes && prompt.AsSpan(prompt.LastIndexOf('\n') + 1).EnumerateRunes() is var last && IsOpen(last),
    };

    private static bool IsOpen(SpanRuneEnumerator text)
    {
        var open = false;
        foreach (var character in text) open = Quoted(open, character);
        return open;
    }

    // a paragraph closes what it leaves open: the next one begins anew
    private static bool Quoted(bool open, Rune character) => character.Value switch { '"' => !open, '“' => true, '”' or '\n' => false, _ => open };

    private bool Step(ref TextPosition position, Rune character, ref TextEffect effect)
    {
        var (phrase, word, sentence, words, sentences) = (position.Phrase, position.Word, position.Sentence, effect.Words, effect.Sentences);
        var hits = new PhraseHits(effect.Met, 0);
        if (_phrases is not null) phrase = _phrases.Step(phrase, character, ref hits);
        if (_countsWords) word = WordCounter.Step(word, character, ref words);
        if (_endsSentence || _countsSentences) sentence = SentenceCounter.Step(sentence, character, ref sentences);
        // a straight single mark is an apostrophe more often than the end of a quotation
        if (_quotes && character.Value == '\'' && position.Sentence == SentencePhase.Closing) sentence = SentencePhase.Inside;
        position = position with { Phrase = phrase, Word = word, Sentence = sentence, IsQuoted = _quotes && Quoted(position.IsQuoted, character) };
        effect = effect with { Met = hits.Groups, Words = words, Sentences = _countsSentences ? sentences : 0, HasMarks = effect.HasMarks || (_marks && !WordRule.IsWordCharacter(character)) };
        return (hits.Groups & _forbidden) == 0;
    }
}

/// <summary>Where a text stands in all rules at once. <see cref="Marker"/>: 0 where the rules hold, before the marker one more than its bytes that were just read.</summary>
internal readonly record struct TextPosition(PhraseState Phrase, WordRun Word, SentencePhase Sentence, Utf8Cursor Text, int Pattern, int Marker)
{
    /// <summary>Whether a quotation is open, where that matters.</summary>
    public bool IsQuoted { get; init; }
}

/// <summary>What some bytes add: keywords met, as bits, and words begun, sentences ended, characters begun.</summary>
internal readonly record struct TextEffect(ulong Met, int Words, int Sentences, int Characters)
{
    /// <summary>Whether they hold a character that is part of no word, where that matters.</summary>
    public bool HasMarks { get; init; }

    public TextEffect Then(TextEffect next) => new(Met | next.Met, Words + next.Words, Sentences + next.Sentences, Characters + next.Characters) { HasMarks = HasMarks || next.HasMarks };
}
