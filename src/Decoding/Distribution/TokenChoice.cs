namespace DecodeAlign.Decoding;

/// <summary>How a step's candidates, or a lookahead's tokens, are chosen.</summary>
public enum TokenChoice
{
    /// <summary>The most likely ones; equal ones by lower id.</summary>
    Top,

    /// <summary>Sampled without replacement from the distribution that <see cref="Distribution"/> shapes.</summary>
    Sample,
}
