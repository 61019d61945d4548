namespace DecodeAlign.Models;

/// <summary>What stands on top of a transformer.</summary>
internal enum HeadKind
{
    /// <summary>A language head.</summary>
    Language,

    /// <summary>A sequence-classification head.</summary>
    Rewards,

    /// <summary>Rewards, and a gate over them that reads the prompt (ArmoRM).</summary>
    GatedRewards,
}
