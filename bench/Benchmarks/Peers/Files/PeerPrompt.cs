using System.Text;

namespace DecodeAlign.Benchmarks;

/// <summary>The prompt: bytes, each a token.</summary>
internal static class PeerPrompt
{
    private const string Sentence = "The keeper of the lighthouse wrote down what he had seen of the sea that night. ";

    public static string Text(int tokens) => string.Concat(Enumerable.Range(0, tokens).Select(i => Sentence[i % Sentence.Length]));

    public static IEnumerable<int> Tokens(int count) => Encoding.ASCII.GetBytes(Text(count)).Select(value => (int)value);
}
