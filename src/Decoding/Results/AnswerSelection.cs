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

    /// <summary>Regularised by the divergence from the model, h + β·log P: RBoN-KL (arXiv 2404.01054), where −log P(y) is KL(δ_y ‖ P), the divergence of what always writes this answer.</summary>
    Divergence,

    /// <summary>Regularised by length, h − β·|y|, against rewards that grow with it. |y| counts tokens, or bytes of UTF-8 where an answer has no tokens.</summary>
    Length,

    /// <summary>The knee of the answers' front over the heuristics (<see cref="FrontChoice.Knee"/>); weights count by their sign alone.</summary>
    Knee,

    /// <summary>Nash's choice from the front (<see cref="FrontChoice.Nash"/>).</summary>
    Nash,

    /// <summary>The front's member with the greatest least share (<see cref="FrontChoice.MaxMin"/>).</summary>
    MaxMin,
}
