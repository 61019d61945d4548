namespace DecodeAlign.Benchmarks;

/// <summary>A byte-level vocabulary for models of random weights: the 256 bytes, pieces that JSON is written with, words of letters, and last the end of a text.</summary>
internal static class PeerVocabulary
{
    private static readonly string[] Json = ["{\"", "\":", "\": ", "\":\"", "\": \"", "\",", "\", \"", "\"}", "}", "[\"", "\"]", "\": [", "true", "false", "null", ", ", "name", "age", "tags", "city", "email"];

    /// <summary>Tokens as a GGUF file spells them.</summary>
    public static string[] Tokens(int count)
    {
        var alphabet = Alphabet();
        string[] tokens = [.. alphabet.Select(letter => letter.ToString()), .. Json.Select(text => text.Replace(' ', alphabet[' '])), .. Enumerable.Range(0, count - 257 - Json.Length).Select(i => alphabet[' '] + Word(i)), "<end>"];
        // a piece of one byte is there already
        for (var i = 256; i < 256 + Json.Length; i++)
            if (tokens[i].Length == 1) tokens[i] += tokens[i];
        return tokens;
    }

    /// <summary>What GGUF calls each: 1 text, 3 control.</summary>
    public static int[] Kinds(int count) => [.. Enumerable.Repeat(1, count - 1), 3];

    /// <summary>The word of a number, in letters: of four and more, so that no two tokens spell the same.</summary>
    public static string Word(int number)
    {
        var letters = new char[4];
        for (var i = 4; i-- > 0; number /= 26) letters[i] = (char)('a' + number % 26);
        return new(letters);
    }

    /// <summary>GPT-2's letters for bytes.</summary>
    private static char[] Alphabet()
    {
        var letters = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++) letters[value] = value is (> 32 and < 127) or (> 160 and not 173) ? (char)value : (char)next++;
        return letters;
    }
}
