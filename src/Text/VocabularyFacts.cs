using System.Runtime.CompilerServices;
using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Text;

/// <summary>What one token of a vocabulary can add at most. Computed once for a tokenizer.</summary>
internal sealed class VocabularyFacts
{
    private static readonly ConditionalWeakTable<ITokenizer, VocabularyFacts> Known = [];

    private VocabularyFacts(ITokenizer tokenizer)
    {
        for (var id = 0; id < tokenizer.VocabularySize; id++)
        {
            var bytes = tokenizer.TokenBytes(id);
            if (bytes.IsEmpty) continue;
            LongestToken = Math.Max(LongestToken, bytes.Length);
            // continuation bytes in front may complete a letter that the token alone does not show
            var words = (bytes[0] & 0xC0) == 0x80 ? 1 : 0;
            var (sentences, characters) = (1, 0);
            var run = WordRun.None;
            var phase = SentencePhase.Inside;
            foreach (var character in Encoding.UTF8.GetString(bytes).EnumerateRunes())
            {
                run = WordCounter.Step(run, character, ref words);
                phase = SentenceCounter.Step(phase, character, ref sentences);
                characters++;
            }
            (MostWords, MostSentences, MostCharacters) = (Math.Max(MostWords, words), Math.Max(MostSentences, sentences + 1), Math.Max(MostCharacters, characters));
        }
    }

    /// <summary>Bytes of the longest token.</summary>
    public int LongestToken { get; }

    /// <summary>Most words that one token can begin.</summary>
    public int MostWords { get; }

    /// <summary>More sentences than one token can end, one that the text's end closes included.</summary>
    public int MostSentences { get; }

    /// <summary>Most characters that one token can begin.</summary>
    public int MostCharacters { get; }

    public static VocabularyFacts Of(ITokenizer tokenizer) => Known.GetValue(tokenizer, static key => new VocabularyFacts(key));
}
