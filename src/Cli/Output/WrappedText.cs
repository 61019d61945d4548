namespace DecodeAlign.Cli;

/// <summary>Text for a terminal, which would break words where its line ends.</summary>
internal static class WrappedText
{
    /// <summary>The text with line feeds in place of some of its spaces, so that no line is longer than the width where its words allow that. Its length stays.</summary>
    /// <param name="text">The text, which may have line breaks of its own.</param>
    /// <param name="width">Most characters of a line.</param>
    public static string At(string text, int width)
    {
        var letters = text.ToCharArray();
        var (start, space) = (0, -1);
        for (var i = 0; i < letters.Length; i++)
        {
            if (letters[i] == '\n') (start, space) = (i + 1, -1);
            else if (letters[i] == ' ') space = i;
            if (i - start < width || space < start) continue;
            letters[space] = '\n';
            (start, space) = (space + 1, -1);
        }
        return new(letters);
    }
}
