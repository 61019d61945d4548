namespace DecodeAlign.Models;

/// <summary>What a tensor is for, whatever a checkpoint calls it. Matrices are (outputs, inputs), row-major; vectors are one row.</summary>
public enum WeightRole
{
    /// <summary>(vocabulary, hidden).</summary>
    TokenEmbedding,

    /// <summary>(context, hidden); learned positions only.</summary>
    PositionEmbedding,

    /// <summary>(hidden), per layer: norm before attention; not with <see cref="NormPlacement.After"/>.</summary>
    AttentionNorm,

    /// <summary>(hidden), per layer; layer norm only.</summary>
    AttentionNormBias,

    /// <summary>(heads · head size, hidden), per layer.</summary>
    Query,

    /// <summary>(heads · head size), per layer; optional.</summary>
    QueryBias,

    /// <summary>(kv heads · head size, hidden), per layer.</summary>
    Key,

    /// <summary>(kv heads · head size), per layer; optional.</summary>
    KeyBias,

    /// <summary>(kv heads · head size, hidden), per layer.</summary>
    Value,

    /// <summary>(kv heads · head size), per layer; optional.</summary>
    ValueBias,

    /// <summary>(head size), or the width of all its heads, per layer; <see cref="TransformerDescription.QueryKeyNorm"/> only.</summary>
    QueryNorm,

    /// <summary>(head size), or the width of all its heads, per layer; <see cref="TransformerDescription.QueryKeyNorm"/> only.</summary>
    KeyNorm,

    /// <summary>(hidden, heads · head size), per layer.</summary>
    Output,

    /// <summary>(hidden), per layer; optional.</summary>
    OutputBias,

    /// <summary>(hidden), per layer: norm of what attention gives; <see cref="NormPlacement.After"/> and <see cref="NormPlacement.Around"/> only.</summary>
    AttentionOutputNorm,

    /// <summary>(hidden), per layer: norm of what the feed-forward network gives; <see cref="NormPlacement.After"/> and <see cref="NormPlacement.Around"/> only.</summary>
    FeedForwardOutputNorm,

    /// <summary>(hidden), per layer: norm before the feed-forward network.</summary>
    FeedForwardNorm,

    /// <summary>(hidden), per layer; layer norm only.</summary>
    FeedForwardNormBias,

    /// <summary>(intermediate, hidden), per layer; gated networks only.</summary>
    Gate,

    /// <summary>(intermediate), per layer; optional.</summary>
    GateBias,

    /// <summary>(intermediate, hidden), per layer.</summary>
    Up,

    /// <summary>(intermediate), per layer; optional.</summary>
    UpBias,

    /// <summary>(hidden, intermediate), per layer.</summary>
    Down,

    /// <summary>(hidden), per layer; optional.</summary>
    DownBias,

    /// <summary>(hidden).</summary>
    FinalNorm,

    /// <summary>(hidden); layer norm only.</summary>
    FinalNormBias,

    /// <summary>(vocabulary, hidden); absent where tied or where there is a reward head.</summary>
    Head,

    /// <summary>(rewards, hidden): the sequence-classification head.</summary>
    RewardHead,

    /// <summary>(gate width, hidden): the first layer of a gate over rewards, which stands below the reward head; without its bias.</summary>
    RewardGateInput,
}
