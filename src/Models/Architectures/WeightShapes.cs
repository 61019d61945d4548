namespace DecodeAlign.Models;

/// <summary>The size of each role's tensor, as a description demands it.</summary>
internal static class WeightShapes
{
    /// <summary>Rows and columns; a vector is one row.</summary>
    public static (int Rows, int Columns) Of(TransformerDescription d, WeightRole role) => role switch
    {
        WeightRole.TokenEmbedding or WeightRole.Head => (d.VocabularySize, d.HiddenSize),
        WeightRole.PositionEmbedding => (d.ContextLength, d.HiddenSize),
        WeightRole.Query => (d.HeadCount * d.HeadSize, d.HiddenSize),
        WeightRole.Key or WeightRole.Value => (d.KvHeadCount * d.HeadSize, d.HiddenSize),
        WeightRole.Output => (d.HiddenSize, d.HeadCount * d.HeadSize),
        WeightRole.Gate or WeightRole.Up => (d.IntermediateSize, d.HiddenSize),
        WeightRole.Down => (d.HiddenSize, d.IntermediateSize),
        WeightRole.RewardHead => (d.RewardCount - d.GateWidth, d.HiddenSize),
        WeightRole.RewardGateInput => (d.GateWidth, d.HiddenSize),
        WeightRole.QueryBias => (1, d.HeadCount * d.HeadSize),
        WeightRole.KeyBias or WeightRole.ValueBias => (1, d.KvHeadCount * d.HeadSize),
        WeightRole.QueryNorm => (1, d.QueryKeyNormWhole ? d.HeadCount * d.HeadSize : d.HeadSize),
        WeightRole.KeyNorm => (1, d.QueryKeyNormWhole ? d.KvHeadCount * d.HeadSize : d.HeadSize),
        WeightRole.GateBias or WeightRole.UpBias => (1, d.IntermediateSize),
        _ => (1, d.HiddenSize),
    };

    /// <summary>Whether the role is a matrix.</summary>
    public static bool IsMatrix(WeightRole role) => role is WeightRole.TokenEmbedding or WeightRole.PositionEmbedding
        or WeightRole.Query or WeightRole.Key or WeightRole.Value or WeightRole.Output
        or WeightRole.Gate or WeightRole.Up or WeightRole.Down or WeightRole.Head or WeightRole.RewardHead or WeightRole.RewardGateInput;
}
