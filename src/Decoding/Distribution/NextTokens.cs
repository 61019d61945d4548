namespace DecodeAlign.Decoding;

/// <summary>What was read of the distribution after a node: its most likely tokens, or all of it.</summary>
internal sealed class NextTokens
{
    public TokenLogProbability[] Top = [];
    public double[] All = [];
    public double[] LogNormalizer = [];
    public double[][] Guides = [];
    public TokenMask? Allowed;
    public int[] Suggested = [];
    public double[] SuggestedLogProbabilities = [];
}
