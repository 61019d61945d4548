namespace DecodeAlign.Decoding;

/// <summary>What a random draw is for. Draws for different purposes are independent.</summary>
public enum DrawPurpose
{
    /// <summary>Choosing the candidates of a step.</summary>
    Candidate = 1,

    /// <summary>Choosing a lookahead's tokens.</summary>
    Lookahead = 2,

    /// <summary>Choosing among whole answers, or among preference directions.</summary>
    Selection = 3,

    /// <summary>Choosing which candidates of a step go on.</summary>
    Keep = 4,
}

/// <summary>
/// Counter-based randomness: a draw is a function of its key alone, never of the order of evaluation, so that batching, savings and threads can't
/// change it. Built on the SplitMix64 finaliser.
/// </summary>
public static class Randomness
{
    /// <summary>Mixes a value into a hash; every bit of the result depends on every bit of both.</summary>
    public static ulong Mix(ulong hash, ulong value)
    {
        var z = hash + 0x9E3779B97F4A7C15UL * (value + 1);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    /// <param name="seed">The request's seed.</param>
    /// <param name="pathHash"><see cref="TokenTree.PathHash"/> of the node the draw is made at.</param>
    /// <param name="purpose">What the draw is for.</param>
    /// <param name="index">Number of the draw at this node, or of the answer it belongs to.</param>
    public static double Uniform(ulong seed, ulong pathHash, DrawPurpose purpose, ulong index = 0) =>
        (Mix(Mix(Mix(Mix(0, seed), pathHash), (ulong)purpose), index) >> 11) * (1.0 / (1UL << 53));
}
