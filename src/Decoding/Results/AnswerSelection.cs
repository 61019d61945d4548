namespace DecodeAlign.Decoding;

/// <summary>By what one of several answers is chosen. Ties: higher log P, then the earlier answer.</summary>
public enum AnswerSelection
{
    /// <summary>log P + λ·h.</summary>
    Score,

    /// <summary>h alone.</summary>
    Heuristics,

    /// <summary>Drawn with probability proportional to e^(h/β): between a plain sample (large β) and the best by h (β towards 0).</summary>
    Soft,

    /// <summary>Confidence: log P a token.</summary>
    Confidence,
}
