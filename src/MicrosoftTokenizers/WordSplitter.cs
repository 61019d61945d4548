using System.Buffers;
using DecodeAlign.Models;
using Microsoft.ML.Tokenizers;

namespace DecodeAlign.MicrosoftTokenizers;

/// <summary>
/// Cuts texts at control tokens and at a pattern's matches. The library's own matches UTF-16 units, so that letters beyond U+FFFF are none to it;
/// patterns mean characters.
/// </summary>
internal sealed class WordSplitter : PreTokenizer
{
    private readonly IPatternScanner? _scanner;
    private readonly RegexMatcher? _regex;
    private readonly SearchValues<string> _begins;
    private readonly string[] _special;

    public WordSplitter(RankEncoding encoding)
    {
        _scanner = SplitPatterns.Scanner(encoding.Pattern);
        _regex = _scanner is null ? RegexMatcher.Create(encoding.Pattern, problem => new InvalidOperationException($"{encoding.Name}: {problem}")) : null;
        _special = [.. encoding.SpecialTokens.Keys.OrderByDescending(token => token.Length)];
        _begins = SearchValues.Create(_special, StringComparison.Ordinal);
    }

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => PreTokenize(text.AsSpan());

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text)
    {
        List<(int Offset, int Length)> parts = [];
        for (var done = 0; done < text.Length;)
        {
            var rest = text[done..];
            var at = rest.IndexOfAny(_begins);
            Cut(at < 0 ? rest : rest[..at], done, parts);
            if (at < 0) break;
            var special = Longest(rest[at..]);
            parts.Add((done + at, special));
            done += at + special;
        }
        return parts;
    }

    private void Cut(ReadOnlySpan<char> text, int offset, List<(int Offset, int Length)> parts)
    {
        if (_scanner is not null)
        {
            for (var (start, end) = (0, 0); start < text.Length; start = end)
            {
                end = _scanner.MatchEnd(text, start);
                parts.Add((offset + start, end - start));
            }
            return;
        }
        List<(int Start, int End)> matches = [];
        _regex!.Match(text, matches);
        var done = 0;
        foreach (var (start, end) in matches)
        {
            // what the pattern leaves out is a word of its own, so that no text is lost
            if (start > done) parts.Add((offset + done, start - done));
            parts.Add((offset + start, end - start));
            done = end;
        }
        if (done < text.Length) parts.Add((offset + done, text.Length - done));
    }

    private int Longest(ReadOnlySpan<char> text)
    {
        foreach (var special in _special)
            if (text.StartsWith(special, StringComparison.Ordinal)) return special.Length;
        throw new InvalidOperationException("a control token was found that is none");
    }
}
