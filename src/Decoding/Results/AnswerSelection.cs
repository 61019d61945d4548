namespace DecodeAlign.Decoding;

/// <summary>By what one of several answers is chosen. Ties: higher log P, then the earlier answer.</summary>
public enum AnswerSelection
{
    /// <summary>log P + λ·h.</summary>
    Score,

    /// <summary>h alone.</summary>
    Heuristics,
}
