using System.Text;

namespace DecodeAlign.Text;

/// <summary>
/// Counts words: runs of characters other than white space that hold a word character (<see cref="WordRule"/>). "don't" and "well-known" are one word each, a lone dash is none.
/// A word counts from its first word character on; one that the prompt began is not counted again.
/// </summary>
internal static class WordCounter
{
    /// <summary>Where the prompt leaves the count.</summary>
    public static WordRun Begin(string prompt)
    {
        var start = prompt.Length;
        while (start > 0 && !char.IsWhiteSpace(prompt[start - 1])) start--;
        var run = WordRun.None;
        var ignored = 0;
        foreach (var character in prompt[start..].EnumerateRunes()) run = Step(run, character, ref ignored);
        return run;
    }

    /// <summary>Reads one character.</summary>
    public static WordRun Step(WordRun run, Rune character, ref int words)
    {
        switch (WordRule.KindOf(character))
        {
            case CharacterKind.Space:
                return WordRun.None;
            case CharacterKind.Other:
                return run == WordRun.None ? WordRun.Marks : run;
            default:
                if (run != WordRun.Word) words++;
                return WordRun.Word;
        }
    }
}

/// <summary>What stands since the last white space.</summary>
internal enum WordRun : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Characters, none of them a word character.</summary>
    Marks,

    /// <summary>A word.</summary>
    Word,
}
