using System.Buffers;
using System.Text;

namespace DecodeAlign.Decoding;

/// <summary>
/// Candidates of several tokens, sampled one after the other: a segment ends before a token whose entropy reaches a threshold, where the model begins something new (CARDS, arXiv 2406.16306), after a text, such
/// as the blank line between steps of a solution, or with its longest. The entropy needs <see cref="ModelCapabilities.FullDistribution"/>.
/// </summary>
/// <param name="Candidates">Segments per hypothesis and step, at least 1. Default 1.</param>
public sealed record Segments(int Candidates = 1) : Proposal
{
    /// <summary>Fewest tokens of a segment, at least 1. Default 4.</summary>
    public int Least { get; init; } = 4;

    /// <summary>Most tokens of a segment, at least <see cref="Least"/>. Default 64.</summary>
    public int Most { get; init; } = 64;

    /// <summary>The entropy of the next token, in nats, at which a segment ends; at least 0, infinite: no segment ends by it. Default 3.</summary>
    public double Entropy { get; init; } = 3;

    /// <summary>A text after which a segment ends, with the token that completes it. Default none.</summary>
    public string Separator { get; init; } = "";

    internal override TokenChoice Choice => TokenChoice.Sample;

    internal override int Count => 1;

    // what was refused is gone but for the best
    internal override long MostNodes => (Candidates + 1L) * Most;

    internal override bool ReadsEntropy => double.IsFinite(Entropy);

    internal override Segments Segmentation => this;

    /// <summary>Whether a segment ends before the next token.</summary>
    internal bool Ends(int tokens, double entropy) => tokens >= Most || (tokens >= Least && entropy >= Entropy);

    /// <summary>Whether a segment's last token completes the text after which it ends.</summary>
    internal bool EndsAfter(ITokenizer tokenizer, IReadOnlyList<ProposedToken> tokens)
    {
        if (Separator.Length == 0 || tokens.Count < Least) return false;
        var text = new ArrayBufferWriter<byte>();
        foreach (var (token, _) in tokens.SkipLast(1)) text.Write(tokenizer.TokenBytes(token.Token));
        var before = text.WrittenCount;
        text.Write(tokenizer.TokenBytes(tokens[^1].Token.Token));
        var separator = Encoding.UTF8.GetBytes(Separator);
        return text.WrittenSpan[Math.Max(0, before - separator.Length + 1)..].IndexOf(separator) >= 0;
    }

    internal override void Validate()
    {
        Require.That(Candidates >= 1, nameof(Candidates), "at least 1", Candidates);
        Require.That(Least >= 1, nameof(Least), "at least 1", Least);
        Require.That(Most >= Least, nameof(Most), $"at least the fewest, {Least}", Most);
        Require.That(Entropy >= 0, nameof(Entropy), "at least 0", Entropy);
        ArgumentNullException.ThrowIfNull(Separator);
    }
}
